import type { StepMetrics, Usage } from "@dispatch/wire";

export const noUsage: Usage = { inputTokens: 0, outputTokens: 0 };

/** Of one counter of one step. Thousands of steps of that add up to a number that is still exact. */
export const tokensMax = 1_000_000_000_000;

/** As a model told it, without what cannot be a number of tokens: no sum of it may become what JSON cannot carry. */
export function countedUsage(told: Usage): Usage {
  const counted = Object.entries(told).filter(([, count]) => Number.isInteger(count) && 0 <= count && count <= tokensMax);
  return { ...noUsage, ...Object.fromEntries(counted) };
}

/** A counter that nobody reported stays absent: zero would claim that somebody counted. */
export const sumUsage = (usages: readonly Usage[]): Usage => usages.reduce(addUsage, noUsage);

function addUsage(sum: Usage, usage: Usage): Usage {
  const sums = Object.entries(usage).map(([counter, count]) => [counter, (sum[counter as keyof Usage] ?? 0) + count]);
  return { ...sum, ...Object.fromEntries(sums) };
}

/** What the next request will carry at least: the last step's tokens, never a sum. `undefined` when that step reported none. */
export function contextSizeOf(steps: readonly StepMetrics[]): number | undefined {
  const { inputTokens, outputTokens } = steps.at(-1)?.usage ?? noUsage;
  return inputTokens + outputTokens || undefined;
}
