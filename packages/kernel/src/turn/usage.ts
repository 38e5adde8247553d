import type { StepMetrics, Usage } from "@dispatch/wire";

export const noUsage: Usage = { inputTokens: 0, outputTokens: 0 };

/** Of one counter of one step. Thousands of steps of that add up to a number that is still exact. */
export const tokensMax = 1_000_000_000_000;

/** As a model told it, without what cannot be a number of tokens: no sum of it may become what JSON cannot carry. */
export function countedUsage(told: Usage): Usage {
  const counters = Object.entries(told);
  if (counters.every(([, count]) => isCount(count))) return told;
  return { ...noUsage, ...Object.fromEntries(counters.filter(([, count]) => isCount(count))) };
}

const isCount = (count: unknown): boolean => Number.isInteger(count) && 0 <= Number(count) && Number(count) <= tokensMax;

/** A counter that nobody reported stays absent: zero would claim that somebody counted. */
export function sumUsage(usages: readonly Usage[]): Usage {
  return usages.reduce(
    (sum, usage) => ({
      inputTokens: sum.inputTokens + usage.inputTokens,
      outputTokens: sum.outputTokens + usage.outputTokens,
      ...optional("cacheReadTokens", sum, usage),
      ...optional("cacheWriteTokens", sum, usage),
      ...optional("reasoningTokens", sum, usage),
    }),
    noUsage,
  );
}

/** What the next request will carry at least: the last step's tokens, never a sum. `undefined` when that step reported none. */
export function contextSizeOf(steps: readonly StepMetrics[]): number | undefined {
  const { inputTokens, outputTokens } = steps.at(-1)?.usage ?? noUsage;
  return inputTokens + outputTokens || undefined;
}

function optional(counter: keyof Usage, a: Usage, b: Usage): Partial<Usage> {
  if (a[counter] === undefined && b[counter] === undefined) return {};
  return { [counter]: (a[counter] ?? 0) + (b[counter] ?? 0) };
}
