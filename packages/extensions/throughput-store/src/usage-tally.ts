import { latencyBoundsMs } from "@dispatch/transport-contract";
import type { TurnMetrics } from "@dispatch/wire";
import { modelsMax, othersName } from "./tally.ts";

/** Sums over turns. Cached tokens are a part of the input; `cacheToldTokens` is the input of those turns whose provider told of its cache. */
export interface Tokens {
  readonly turns: number;
  readonly failedTurns: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly cacheReadTokens: number;
  readonly cacheWriteTokens: number;
  readonly cacheToldTokens: number;
}

/** What one model read and wrote in one day, and how long it took: counts by `latencyBoundsMs`, the last beyond all of them. */
export interface UsageTally extends Tokens {
  readonly model: string;
  readonly firstTokenCounts: readonly number[];
  readonly turnCounts: readonly number[];
}

const none: Tokens = {
  turns: 0,
  failedTurns: 0,
  inputTokens: 0,
  outputTokens: 0,
  cacheReadTokens: 0,
  cacheWriteTokens: 0,
  cacheToldTokens: 0,
};
const noCounts: readonly number[] = [...latencyBoundsMs.map(() => 0), 0];

export function usageOf(model: string, { usage, durationMs, steps }: TurnMetrics, reason: string): UsageTally {
  const { inputTokens, outputTokens, cacheReadTokens, cacheWriteTokens = 0 } = usage;
  return {
    model,
    turns: 1,
    failedTurns: reason === "error" ? 1 : 0,
    inputTokens,
    outputTokens,
    cacheReadTokens: cacheReadTokens ?? 0,
    cacheWriteTokens,
    cacheToldTokens: cacheReadTokens === undefined ? 0 : inputTokens,
    firstTokenCounts: countsOf(steps.flatMap(({ ttftMs }) => (ttftMs === undefined ? [] : [ttftMs]))),
    turnCounts: countsOf(durationMs === undefined ? [] : [durationMs]),
  };
}

/** Sums by model; the first to come keep their names. */
export function sumUsages(...lists: readonly (readonly UsageTally[])[]): readonly UsageTally[] {
  const sums = new Map<string, UsageTally>();
  for (const tally of lists.flat()) {
    const model = sums.has(tally.model) || sums.size < modelsMax ? tally.model : othersName;
    const sum = sums.get(model) ?? { ...none, model, firstTokenCounts: noCounts, turnCounts: noCounts };
    sums.set(model, {
      model,
      ...sumTokens(sum, tally),
      firstTokenCounts: sumCounts(sum.firstTokenCounts, tally.firstTokenCounts),
      turnCounts: sumCounts(sum.turnCounts, tally.turnCounts),
    });
  }
  return [...sums.values()];
}

export const usageByModel = (days: readonly (readonly UsageTally[])[]): readonly UsageTally[] =>
  [...sumUsages(...days)].sort((a, b) => sizeOf(b) - sizeOf(a) || (a.model < b.model ? -1 : 1));

export const usageOfDay = (tallies: readonly UsageTally[]): Tokens => tallies.reduce<Tokens>(sumTokens, none);

const sizeOf = ({ inputTokens, outputTokens }: Tokens): number => inputTokens + outputTokens;

function sumTokens(one: Tokens, other: Tokens): Tokens {
  return {
    turns: one.turns + other.turns,
    failedTurns: one.failedTurns + other.failedTurns,
    inputTokens: one.inputTokens + other.inputTokens,
    outputTokens: one.outputTokens + other.outputTokens,
    cacheReadTokens: one.cacheReadTokens + other.cacheReadTokens,
    cacheWriteTokens: one.cacheWriteTokens + other.cacheWriteTokens,
    cacheToldTokens: one.cacheToldTokens + other.cacheToldTokens,
  };
}

/** Counts of an older version may have fewer places. */
const sumCounts = (one: readonly number[], other: readonly number[]): readonly number[] =>
  noCounts.map((_, at) => (one[at] ?? 0) + (other[at] ?? 0));

function countsOf(timesMs: readonly number[]): readonly number[] {
  const counts = [...noCounts];
  for (const ms of timesMs) {
    const found = latencyBoundsMs.findIndex((bound) => ms <= bound);
    const at = found === -1 ? latencyBoundsMs.length : found;
    counts[at] = (counts[at] ?? 0) + 1;
  }
  return counts;
}
