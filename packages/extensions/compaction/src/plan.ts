import type { Message } from "@dispatch/kernel";
import { cutOf, promptOf } from "./cut.ts";
import { freesTooLittle, tooShort } from "./faults.ts";
import { charsOf, charsOfAll } from "./message-size.ts";
import { oldOutputs, withoutOutput } from "./outputs.ts";
import { type CarriedPrompt, type Marks, marksFor, shapeView } from "./shape-view.ts";

export const keepLastDefault = 10;

/** Less than one part in so many is not worth a fresh beginning of what the provider has cached. */
const gainParts = 5;
export const isGain = (freedChars: number, viewChars: number): boolean => freedChars * gainParts >= viewChars;

/** The outputs that may go, when that frees a fifth of the view. */
export function planPruning(view: readonly Message[], marks: Marks, protectedChars: number): Marks | undefined {
  const shown = shapeView(view, marks);
  const ids = new Set(oldOutputs(shown, protectedChars));
  const freed = shown.reduce((sum, message) => sum + (ids.has(message.id) ? charsOf(message) - charsOf(withoutOutput(message)) : 0), 0);
  if (ids.size === 0 || !isGain(freed, charsOfAll(shown))) return undefined;
  const { pruned, carried } = marksFor(view, marks);
  return { pruned: [...pruned, ...ids], carried };
}

export interface FoldWish {
  /** Someone asked for it: as many messages stay as said, and the first time nothing has to be gained. */
  readonly asked: boolean;
  /** Absent: `keepLastDefault`, as far as the budget goes. */
  readonly keepLastN?: number | undefined;
  /** Of the running turn; absent: none runs. */
  readonly steps?: number | undefined;
  /** Absent: the context window is not known. */
  readonly tailChars?: number | undefined;
}
export interface FoldPlan {
  readonly upToMessageId: string;
  /** What the summary has to tell, oldest first, whole. */
  readonly folded: readonly Message[];
  readonly earlier: string | undefined;
  /** The running turn's prompt, when it is among what is folded. */
  readonly carried: CarriedPrompt | undefined;
  /** The summary may have so many characters and the fold still frees a fifth. */
  readonly summaryCharsMax: number;
}

/** Faults: `compaction/too-short` and `compaction/frees-too-little`. */
export function planFold(view: readonly Message[], marks: Marks, { asked, keepLastN, steps, tailChars }: FoldWish): FoldPlan {
  const keep = keepLastN ?? keepLastDefault;
  if (asked && view.length <= keep) throw tooShort(view.length, keep);
  const shown = shapeView(view, marks);
  const narrows = tailChars !== undefined && keepLastN === undefined;
  const cut = cutOf(shown, { messages: keep, widen: !asked, ...(narrows ? { charsMax: tailChars } : {}) });
  const whole = new Map(view.map((message) => [message.id, message]));
  const before = shown.slice(0, cut ?? 0);
  const last = before.findLast(({ id }) => whole.has(id));
  const hasSummary = view[0]?.role === "system";
  const fresh = before.slice(hasSummary ? 1 : 0);
  const first = shown[before.length];
  if (last === undefined || first === undefined || !fresh.some(({ id }) => whole.has(id))) throw freesTooLittle();
  const viewChars = charsOfAll(shown);
  const needsGain = hasSummary || !asked;
  if (needsGain && !isGain(charsOfAll(fresh), viewChars)) throw freesTooLittle();
  const prompt = steps === undefined ? undefined : promptOf(shown.slice(hasSummary ? 1 : 0), steps);
  return {
    upToMessageId: last.id,
    folded: fresh.map((message) => whole.get(message.id) ?? message),
    earlier: hasSummary ? textOf(view[0]) : undefined,
    carried: prompt !== undefined && before.includes(prompt) ? { before: first.id, prompt: whole.get(prompt.id) ?? prompt } : undefined,
    summaryCharsMax: needsGain ? charsOfAll(before) - Math.ceil(viewChars / gainParts) : Number.POSITIVE_INFINITY,
  };
}

const textOf = (message: Message | undefined): string | undefined =>
  message?.parts.flatMap(({ chunk }) => ("text" in chunk ? [chunk.text] : [])).join("\n\n");
