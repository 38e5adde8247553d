import type { PromptEntry } from "./prompt-entries.ts";

export interface PromptDifference {
  /** UTF-8 bytes that both begin with. */
  readonly sharedBytes: number;
  readonly bytes: readonly [first: number, second: number];
  /** Absent: they are the same to the end. */
  readonly at?: DifferentPlace;
}
export interface DifferentPlace extends Pick<PromptEntry, "part" | "message" | "role" | "chunk" | "type"> {
  /** Of the entry's text, counting from 1; 0: what is not its text differs, the role or the name of a tool. */
  readonly character: number;
  /** What stands there; `null`: that prompt has ended. */
  readonly first: string | null;
  readonly second: string | null;
}

const contextChars = 40;

/** Where two prompts part for the first time. */
export function promptDifference(first: readonly PromptEntry[], second: readonly PromptEntry[]): PromptDifference {
  let sharedBytes = 0;
  const bytes = [sum(first), sum(second)] as const;
  for (let at = 0; at < Math.max(first.length, second.length); at++) {
    const [one, other] = [first[at], second[at]];
    if (one !== undefined && other !== undefined && sameEntry(one, other)) {
      sharedBytes += bytesOf(one);
      continue;
    }
    const shared = one === undefined || other === undefined ? 0 : sharedUnits(one, other);
    const entry = one ?? other;
    if (entry === undefined) break;
    if (shared > 0) sharedBytes += utf8(headOf(entry)) + utf8(entry.text.slice(0, shared));
    return { sharedBytes, bytes, at: placeOf(one, other, shared) };
  }
  return { sharedBytes, bytes };
}

const utf8 = (text: string): number => new TextEncoder().encode(text).byteLength;
const bytesOf = (entry: PromptEntry): number => utf8(headOf(entry)) + utf8(entry.text);
const sum = (entries: readonly PromptEntry[]): number => entries.reduce((total, entry) => total + bytesOf(entry), 0);
const headOf = ({ role = "", about }: PromptEntry): string => role + about;
const sameHead = (one: PromptEntry, other: PromptEntry): boolean =>
  one.part === other.part && one.message === other.message && one.chunk === other.chunk && headOf(one) === headOf(other);
const sameEntry = (one: PromptEntry, other: PromptEntry): boolean => sameHead(one, other) && one.text === other.text;

/** How much of their text two entries begin with alike, in UTF-16 units, without cutting a character in two. */
function sharedUnits(one: PromptEntry, other: PromptEntry): number {
  if (!sameHead(one, other)) return 0;
  let units = 0;
  while (units < one.text.length && units < other.text.length && one.text[units] === other.text[units]) units += 1;
  return isInside(one.text, units) || isInside(other.text, units) ? units - 1 : units;
}

const isInside = (text: string, units: number): boolean =>
  /^[\ud800-\udbff][\udc00-\udfff]$/.test(text.slice(Math.max(0, units - 1), units + 1));

function placeOf(one: PromptEntry | undefined, other: PromptEntry | undefined, shared: number): DifferentPlace {
  const { part, message, role, chunk, type } = one ?? other ?? { part: "system" };
  const isHead = one !== undefined && other !== undefined && !sameHead(one, other);
  const standing = (entry: PromptEntry | undefined): string | null => {
    if (entry === undefined) return null;
    return around(isHead ? `${headOf(entry)} ${entry.text}` : entry.text, isHead ? 0 : shared);
  };
  const where = { part, ...given({ message, role, chunk, type }) };
  const character = isHead ? 0 : [...((one ?? other)?.text ?? "").slice(0, shared)].length + 1;
  return { ...where, character, first: standing(one), second: standing(other) };
}

/** What stands around a place: it is marked by `‸`. */
function around(text: string, at: number): string {
  const from = Math.max(0, at - contextChars);
  const before = `${from > 0 ? "…" : ""}${text.slice(from, at)}`;
  const after = `${text.slice(at, at + contextChars)}${text.length > at + contextChars ? "…" : ""}`;
  return `${before}‸${after}`.toWellFormed();
}

function given<T extends object>(fields: T): { [name in keyof T]?: Exclude<T[name], undefined> } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as never;
}
