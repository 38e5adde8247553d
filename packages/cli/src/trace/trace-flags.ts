import { usageFault } from "../client-fault.ts";
import { type Args, type Flag, jsonFlag } from "../command.ts";
import { dbFlag } from "./trace-store.ts";

/** Every command that reads traces takes these. */
export const traceFlags: readonly Flag[] = [jsonFlag, dbFlag];

const limitDefault = 20;
const limitMax = 10_000;

export const limitFlag: Flag = { name: "limit", value: "n", summary: `How many at most; default ${limitDefault}.` };
export const sinceFlag: Flag = { name: "since", value: "age", summary: "Only what happened since: 90s, 30m, 12h or 7d." };

export const limitOf = ({ values: { limit } }: Args): number =>
  limit === undefined ? limitDefault : wholeNumber("--limit", limit, limitMax);

/** From 1. */
export function wholeNumber(where: string, word: string, max: number): number {
  const number = Number(word);
  if (/^\d+$/.test(word) && number >= 1 && number <= max) return number;
  throw usageFault(`${where} needs a whole number from 1 to ${max}, not "${word}".`);
}

const unitsMs = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** Epoch milliseconds. */
export function sinceOf({ values: { since } }: Args, nowMs: number): number | undefined {
  if (since === undefined) return undefined;
  const [, count = "", unit = ""] = /^(\d{1,6})([smhd])$/.exec(since) ?? [];
  if (count === "") throw usageFault(`--since needs an age such as 90s, 30m, 12h or 7d, not "${since}".`);
  return nowMs - Number(count) * unitsMs[unit as keyof typeof unitsMs];
}
