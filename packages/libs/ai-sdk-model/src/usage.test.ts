import { expect, test } from "vitest";
import { usageOf } from "./usage.ts";

const told = (input: unknown, output: unknown, cacheRead?: unknown) =>
  usageOf({ inputTokens: { total: input, cacheRead }, outputTokens: { total: output } } as Parameters<typeof usageOf>[0]);

test("what a provider counted is taken over, and what it did not count stays absent", () => {
  expect(told(3, 2, 1)).toEqual({ inputTokens: 3, outputTokens: 2, cacheReadTokens: 1 });
  expect(told(3, undefined)).toEqual({ inputTokens: 3, outputTokens: 0 });
  expect(told(undefined, undefined, 5)).toBeUndefined();
});

test("what cannot be a number of tokens was not told", () => {
  for (const unreal of [-1, 0.5, 1e308, Number.NaN, Number.POSITIVE_INFINITY, "7", null, {}]) {
    expect(told(unreal, 2, unreal)).toEqual({ inputTokens: 0, outputTokens: 2 });
    expect(told(unreal, unreal)).toBeUndefined();
  }
});

// Reaches tokensMax.
test("a million millions of tokens may be counted, and no more", () => {
  expect(told(1_000_000_000_000, 2)).toEqual({ inputTokens: 1_000_000_000_000, outputTokens: 2 });
  expect(told(1_000_000_000_001, 2)).toEqual({ inputTokens: 0, outputTokens: 2 });
});
