import { expect, test } from "vitest";
import { costUsd, modelCost, totalCost } from "./cost.ts";
import type { ModelUsage } from "./figures.ts";

/** A thousand in, of which 200 came from a cache and 300 went into one, and fifty out. */
const usage = (model: string): ModelUsage => ({
  model,
  turns: 1,
  failedTurns: 0,
  inputTokens: 1_000,
  outputTokens: 50,
  cacheReadTokens: 200,
  cacheWriteTokens: 300,
  cacheToldTokens: 1_000,
  firstTokenCounts: [],
  turnCounts: [],
});
const price = { inputUsd: 0.001, outputUsd: 0.01 };

test("what came from a cache and what went into one is counted once, at its own price or as other input", () => {
  expect(costUsd(usage("m"), price)).toBeCloseTo(1 + 0.5);
  expect(costUsd(usage("m"), { ...price, cacheReadUsd: 0.0001 })).toBeCloseTo(0.8 + 0.02 + 0.5);
  expect(costUsd(usage("m"), { ...price, cacheReadUsd: 0, cacheWriteUsd: 0.002 })).toBeCloseTo(0.5 + 0.6 + 0.5);
});

test("the sum is of models with a known price, and the others are named", () => {
  const models = ["a", "b", "free", "dear", "e"].map(usage);
  const prices = { a: { price }, b: { contextWindow: 10 }, free: { price: { inputUsd: 0, outputUsd: 0 } }, dear: { price } };
  expect(totalCost(models, prices)).toEqual({ value: "$3.00", about: "2 of 5 models have no known price" });
  expect(totalCost(models.slice(2, 5), prices)).toEqual({ value: "$1.50", about: "1 of 3 models has no known price" });
  expect(totalCost(models.slice(2, 4), prices)).toEqual({ value: "$1.50", about: "by the prices listed now" });
  expect(models.map((model) => modelCost(model, prices))).toEqual(["$1.50", "no known price", "$0.00", "$1.50", "no known price"]);
});

test("where no price is known no sum is made up, whatever a model is called", () => {
  expect(totalCost([usage("a")], {})).toEqual({ value: "Price unknown", about: "1 of 1 models has no known price" });
  expect(modelCost(usage("constructor"), {})).toBe("no known price");
});
