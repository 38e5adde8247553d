import { usageFault } from "../client-fault.ts";
import { type Args, type Flag, jsonFlag } from "../command.ts";
import { dbFlag } from "./trace-store.ts";
import type { WhichStep } from "./turn-prompts.ts";

/** Every command that reads traces takes these. */
export const traceFlags: readonly Flag[] = [jsonFlag, dbFlag];

const limitDefault = 20;
const limitMax = 10_000;

export const limitFlag: Flag = { name: "limit", value: "n", summary: `How many at most; default ${limitDefault}.` };
export const sinceFlag: Flag = { name: "since", value: "age", summary: "Only what happened since: 90s, 30m, 12h or 7d." };

export const limitOf = ({ values: { limit } }: Args): number =>
  limit === undefined ? limitDefault : wholeNumber("--limit", limit, 1, limitMax);

function wholeNumber(where: string, word: string, min: number, max: number): number {
  const number = Number(word);
  if (/^\d+$/.test(word) && number >= min && number <= max) return number;
  throw usageFault(`${where} needs a whole number from ${min} to ${max}, not "${word}".`);
}

/** A turn has not as many. */
const stepsMax = 100_000;

export function stepOf({ values }: Args, flag: string, fallback: "first" | "last"): WhichStep {
  const word = values[flag];
  return word === undefined ? fallback : wholeNumber(`--${flag}`, word, 0, stepsMax);
}

const unitsMs = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** Epoch milliseconds. */
export function sinceOf({ values: { since } }: Args, nowMs: number): number | undefined {
  if (since === undefined) return undefined;
  const [, count = "", unit = ""] = /^(\d{1,6})([smhd])$/.exec(since) ?? [];
  if (count === "") throw usageFault(`--since needs an age such as 90s, 30m, 12h or 7d, not "${since}".`);
  return nowMs - Number(count) * unitsMs[unit as keyof typeof unitsMs];
}
