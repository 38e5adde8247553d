import type { getThroughput, getUsage } from "@dispatch/transport-contract";
import { duration } from "../../parts/ago.ts";

export type Usage = ReturnType<(typeof getUsage.output)["parse"]>;
export type Speeds = ReturnType<(typeof getThroughput.output)["parse"]>;
export type Tokens = Omit<Usage["days"][number], "date">;
export type ModelUsage = Usage["models"][number];

/** Below this share of cached input something is wrong with prompts: their beginnings change. */
export const cacheShareMin = 0.3;

/** What of the input came from the providers' caches; `undefined`: no provider told. */
export const cacheShare = ({ cacheReadTokens, cacheToldTokens }: Tokens): number | undefined =>
  cacheToldTokens > 0 ? Math.min(1, cacheReadTokens / cacheToldTokens) : undefined;

export const isLow = (share: number | undefined): boolean => share !== undefined && share < cacheShareMin;
export const percent = (share: number): string => `${Math.round(100 * share)}%`;

export function sumTokens(all: readonly Tokens[]): Tokens {
  const sum = (field: keyof Tokens) => all.reduce((total, one) => total + one[field], 0);
  return {
    turns: sum("turns"),
    failedTurns: sum("failedTurns"),
    inputTokens: sum("inputTokens"),
    outputTokens: sum("outputTokens"),
    cacheReadTokens: sum("cacheReadTokens"),
    cacheWriteTokens: sum("cacheWriteTokens"),
    cacheToldTokens: sum("cacheToldTokens"),
  };
}

/** Kinds of tokens, in the order in which a bar shows them. Providers count what they write to their caches as input, too. */
export const tokenKinds = [
  { id: "cached", name: "input from the cache", short: "cached", colour: "var(--color-accent)" },
  { id: "written", name: "input written to the cache", short: "written to the cache", colour: "var(--color-warning)" },
  { id: "fresh", name: "other input", short: "other input", colour: "var(--color-primary)" },
  { id: "output", name: "output", short: "output", colour: "color-mix(in oklab, var(--color-base-content) 55%, transparent)" },
] as const;
export type TokenKind = (typeof tokenKinds)[number]["id"];

export function byKind({ inputTokens, outputTokens, cacheReadTokens, cacheWriteTokens }: Tokens): { readonly [kind in TokenKind]: number } {
  const cached = Math.min(cacheReadTokens, inputTokens);
  const written = Math.min(cacheWriteTokens, inputTokens - cached);
  return { cached, written, fresh: inputTokens - cached - written, output: outputTokens };
}

export const sumCounts = (all: readonly (readonly number[])[]): readonly number[] =>
  all.reduce<readonly number[]>((sums, counts) => counts.map((count, at) => count + (sums[at] ?? 0)), []);

/** Which place of the counts holds the share of them that lies below; -1: nothing was counted. */
export function placeOfShare(counts: readonly number[], share: number): number {
  const total = counts.reduce((sum, count) => sum + count, 0);
  let below = 0;
  for (const [at, count] of counts.entries()) {
    below += count;
    if (total > 0 && below >= total * share) return at;
  }
  return -1;
}

/** A bound that so large a share was within. */
export function withinText(counts: readonly number[], boundsMs: readonly number[], share: number): string {
  const at = placeOfShare(counts, share);
  if (at === -1) return "—";
  const bound = boundsMs[at];
  return bound === undefined ? `over ${duration(boundsMs.at(-1) ?? 0)}` : `within ${duration(bound)}`;
}

export interface Bin {
  readonly label: string;
  readonly count: number;
}

/** What a histogram shows: from the first that holds something to the last, with one of room on both sides. */
export function binsOf(counts: readonly number[], boundsMs: readonly number[]): readonly Bin[] {
  const bins = counts.map((count, at) => {
    const bound = boundsMs[at];
    return { label: bound === undefined ? `>${tick(boundsMs.at(-1) ?? 0)}` : tick(bound), count };
  });
  const first = counts.findIndex((count) => count > 0);
  if (first === -1) return [];
  const last = counts.findLastIndex((count) => count > 0);
  return bins.slice(Math.max(0, first - 1), last + 2);
}

function tick(ms: number): string {
  if (ms < 1_000) return `${ms} ms`;
  return ms < 60_000 ? `${ms / 1_000} s` : `${ms / 60_000} min`;
}
