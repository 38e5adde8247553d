import { expect, test } from "vitest";
import { contextSizeOf, sumUsage } from "./usage.ts";

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
