import { z } from "zod";

/** What a warm request cost, and what it says of the cache. Zero is also what the provider did not count. */
export interface WarmResult {
  /** The whole prompt, cached tokens included. */
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly cacheReadTokens: number;
  readonly cacheWriteTokens: number;
  readonly cachePct: number;
  readonly expectedCacheRate: number;
}

const percent = z.int().min(0).max(100);

export const warmResult: z.ZodType<WarmResult> = z.object({
  inputTokens: z.number().describe("The whole prompt, cached tokens included."),
  outputTokens: z.number(),
  cacheReadTokens: z.number(),
  cacheWriteTokens: z.number(),
  cachePct: percent.describe("Of the prompt, how much was read from the cache."),
  expectedCacheRate: percent.describe("Of what was read from and written to the cache, how much was read: how well it lasts."),
});
