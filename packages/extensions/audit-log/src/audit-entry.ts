import type { Json } from "@dispatch/kernel";
import type { Act } from "@dispatch/op-registry/contract";
import { z } from "zod";

/** What is kept of one act. */
const schema = z.object({
  at: z.number(),
  who: z.string(),
  via: z.string(),
  address: z.string().nullable(),
  what: z.string(),
  input: z.string(),
  outcome: z.string(),
});
export type AuditEntry = Readonly<z.output<typeof schema>>;

/** `undefined`: it is damaged. */
export const auditEntry = (value: Json): AuditEntry | undefined => schema.safeParse(value).data;

/** Of what was asked for; the rest of a long message is in the log. */
export const inputCharsMax = 2_000;
export const textCharsMax = 200;

/** Secrets are taken out before the text is cut, so that none is cut in two and then not known. */
export function entryOf({ what, caller, input, outcome }: Act, at: number, mask: (text: string) => string): AuditEntry {
  const text = mask(cut(jsonOf(input), searchedCharsMax));
  return {
    at,
    who: cut(caller.name, textCharsMax),
    via: cut(caller.via, textCharsMax),
    address: caller.address === undefined ? null : cut(caller.address, textCharsMax),
    what,
    input: cut(text, inputCharsMax),
    outcome,
  };
}

/** Long texts within are cut before they are searched for secrets: an image of 16 MiB is not. */
export const fieldCharsMax = 4_000;
export const searchedCharsMax = 20_000;

function jsonOf(input: unknown): string {
  try {
    return JSON.stringify(input, (_, value: unknown) => (typeof value === "string" ? cut(value, fieldCharsMax) : value)) ?? "";
  } catch {
    return "";
  }
}

const cut = (text: string, charsMax: number): string => (text.length > charsMax ? `${text.slice(0, charsMax)}…` : text);
