import { canonicalJson, type Json } from "@dispatch/kernel";
import type { Approval } from "@dispatch/wire";
import type { Question } from "./contract.ts";
import { shownInput } from "./shown-input.ts";

export const diffCharsMax = 32_000;
const sentenceCharsMax = 1_000;

/** A question as it is kept. */
export interface StoredQuestion {
  readonly approval: Approval;
  /** Of the whole call, of which a person may be shown a part: a yes is for this call and no other. */
  readonly fingerprint: string;
}

export async function fingerprintOf({ turnId, toolCallId, tool, input }: Question): Promise<string> {
  const bytes = new TextEncoder().encode(canonicalJson([turnId, toolCallId, tool, input]));
  return new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)).toHex();
}

export function storedQuestion(
  question: Question,
  times: { readonly askedAt: number; readonly timeoutMs: number },
  id: string,
  fingerprint: string,
): StoredQuestion {
  const { conversationId, turnId, toolCallId, tool, input, why, rule, diff, scopes, grants } = question;
  const { askedAt, timeoutMs } = times;
  return {
    fingerprint,
    approval: {
      id,
      conversationId,
      turnId,
      toolCallId,
      toolName: tool,
      input: shownInput(input),
      why: cut(why, sentenceCharsMax),
      rule: rule === null ? null : cut(rule, sentenceCharsMax),
      diff: diff === null ? null : cut(diff, diffCharsMax),
      grants: cut(grants, sentenceCharsMax),
      scopes: [...scopes],
      askedAt,
      expiresAt: askedAt + timeoutMs,
      status: "waiting",
    },
  };
}

export const asJson = (stored: StoredQuestion): Json => stored as unknown as Json;
export const fromJson = (value: Json): StoredQuestion => value as unknown as StoredQuestion;

const cut = (text: string, charsMax: number): string =>
  text.length <= charsMax ? text : `${text.slice(0, charsMax)}… [${text.length - charsMax} more characters are not shown]`;
