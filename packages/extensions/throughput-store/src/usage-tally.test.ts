import { latencyBoundsMs } from "@dispatch/transport-contract";
import type { TurnMetrics } from "@dispatch/wire";
import { expect, test } from "vitest";
import { modelsMax } from "./tally.ts";
import { sumUsages, usageByModel, usageOf, usageOfDay } from "./usage-tally.ts";

const turn = (usage: TurnMetrics["usage"], durationMs: number, ...ttfts: readonly number[]): TurnMetrics => ({
  turnId: "t",
  usage,
  durationMs,
  steps: ttfts.map((ttftMs, index) => ({ stepId: `t#${index}`, usage: { inputTokens: 0, outputTokens: 0 }, ttftMs })),
});
const told = turn({ inputTokens: 1_000, outputTokens: 10, cacheReadTokens: 900, cacheWriteTokens: 50 }, 700, 40, 50, 51);
const silent = turn({ inputTokens: 500, outputTokens: 5 }, 9_999_999);

test("tokens add up, failed turns are told apart, and who says nothing of its cache does not lower its share", () => {
  const day = [usageOf("a/x", told, "stop"), usageOf("a/x", silent, "error")];
  expect(usageOfDay(day)).toEqual({
    turns: 2,
    failedTurns: 1,
    inputTokens: 1_500,
    outputTokens: 15,
    cacheReadTokens: 900,
    cacheWriteTokens: 50,
    cacheToldTokens: 1_000,
  });
});

test("times are counted up to and including each bound, and beyond the last", () => {
  const [sum] = sumUsages([usageOf("a/x", told, "stop")], [usageOf("a/x", silent, "stop")]);
  expect(sum?.firstTokenCounts.slice(0, 3)).toEqual([2, 1, 0]);
  expect(sum?.turnCounts).toHaveLength(latencyBoundsMs.length + 1);
  expect(sum?.turnCounts.at(-1)).toBe(1);
  expect(sum?.turnCounts[latencyBoundsMs.indexOf(750)]).toBe(1);
});

test("the model that read and wrote most comes first, and those beyond a bound count as one", () => {
  expect(usageByModel([[usageOf("b/y", silent, "stop")], [usageOf("a/x", told, "stop")]]).map(({ model }) => model)).toEqual([
    "a/x",
    "b/y",
  ]);
  const many = sumUsages(Array.from({ length: modelsMax + 3 }, (_, n) => usageOf(`m/${n}`, told, "stop")));
  expect(many).toHaveLength(modelsMax + 1);
  expect(many.at(-1)).toMatchObject({ model: "other", turns: 3 });
});
