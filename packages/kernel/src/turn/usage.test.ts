import { expect, test } from "vitest";
import { contextSizeOf, countedUsage, sumUsage, tokensMax } from "./usage.ts";

test("counters add up, and one that nobody reported stays absent", () => {
  const sum = sumUsage([
    { inputTokens: 10, outputTokens: 1 },
    { inputTokens: 20, outputTokens: 2, cacheReadTokens: 15, reasoningTokens: 0 },
    { inputTokens: 30, outputTokens: 3, cacheReadTokens: 25 },
  ]);
  expect(sum).toEqual({ inputTokens: 60, outputTokens: 6, cacheReadTokens: 40, reasoningTokens: 0 });
  expect(Object.keys(sum)).not.toContain("cacheWriteTokens");
  expect(sumUsage([])).toEqual({ inputTokens: 0, outputTokens: 0 });
});

test("the size of the context is that of the last step, and unknown when it reported nothing", () => {
  const step = (inputTokens: number, outputTokens: number) => ({ stepId: "s", usage: { inputTokens, outputTokens } });
  expect(contextSizeOf([step(10, 1), step(20, 2)])).toBe(22);
  expect(contextSizeOf([step(10, 1), step(0, 0)])).toBeUndefined();
  expect(contextSizeOf([])).toBeUndefined();
});

test("what cannot be a number of tokens was not counted: sums stay numbers that JSON can carry", () => {
  for (const unreal of [-1, 0.5, Number.NaN, Number.POSITIVE_INFINITY, 1e308, tokensMax + 1])
    expect(countedUsage({ inputTokens: unreal, outputTokens: 2, cacheReadTokens: unreal, reasoningTokens: 0 })).toEqual({
      inputTokens: 0,
      outputTokens: 2,
      reasoningTokens: 0,
    });
  const most = countedUsage({ inputTokens: tokensMax, outputTokens: tokensMax });
  expect(Number.isSafeInteger(contextSizeOf([{ stepId: "s", usage: sumUsage(Array.from({ length: 1_000 }, () => most)) }]))).toBe(true);
});

test("a usage in which everything was counted is the same one", () => {
  const usage = { inputTokens: 3, outputTokens: 0, cacheWriteTokens: 7 };
  expect(countedUsage(usage)).toEqual(usage);
});
