import { expect, test } from "vitest";
import { warmResult } from "./warm-result.ts";

test("rates are whole percents of what was counted", () => {
  expect(warmResult({ inputTokens: 1_000, outputTokens: 1, cacheReadTokens: 995, cacheWriteTokens: 5 })).toEqual({
    inputTokens: 1_000,
    outputTokens: 1,
    cacheReadTokens: 995,
    cacheWriteTokens: 5,
    cachePct: 100,
    expectedCacheRate: 100,
  });
  expect(warmResult({ inputTokens: 300, outputTokens: 1, cacheReadTokens: 100, cacheWriteTokens: 200 })).toMatchObject({
    cachePct: 33,
    expectedCacheRate: 33,
  });
});

test("what was not counted is zero, and nothing is divided by zero", () => {
  const nothing = { inputTokens: 0, outputTokens: 0, cacheReadTokens: 0, cacheWriteTokens: 0, cachePct: 0, expectedCacheRate: 0 };
  expect(warmResult({})).toEqual(nothing);
  expect(warmResult({ inputTokens: 0, outputTokens: 0, cacheReadTokens: 5 })).toEqual({
    ...nothing,
    cacheReadTokens: 5,
    expectedCacheRate: 100,
  });
});

test("a provider that counts more cached than read is at most a hundred percent", () => {
  expect(warmResult({ inputTokens: 5, outputTokens: 0, cacheReadTokens: 50 })).toMatchObject({ cachePct: 100 });
  expect(warmResult({ inputTokens: -5, outputTokens: 0, cacheReadTokens: 5 })).toMatchObject({ cachePct: 0 });
});
