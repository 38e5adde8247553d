import type { WarmResult } from "@dispatch/transport-contract";
import type { Usage } from "@dispatch/wire";

/** What a warm request says of the cache. What the provider did not count is zero. */
export function warmResult({ inputTokens = 0, outputTokens = 0, cacheReadTokens = 0, cacheWriteTokens = 0 }: Partial<Usage>): WarmResult {
  return {
    inputTokens,
    outputTokens,
    cacheReadTokens,
    cacheWriteTokens,
    cachePct: percent(cacheReadTokens, inputTokens),
    expectedCacheRate: percent(cacheReadTokens, cacheReadTokens + cacheWriteTokens),
  };
}

const percent = (part: number, whole: number): number => (whole > 0 ? Math.round(100 * Math.min(1, Math.max(0, part / whole))) : 0);
