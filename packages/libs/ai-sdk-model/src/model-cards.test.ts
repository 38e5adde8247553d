import { expect, test } from "vitest";
import { cardsOf } from "./model-cards.ts";

const priceOf = (pricing: unknown) => cardsOf({ data: [{ id: "m", pricing }] })?.[0]?.price;
const both = { prompt: "0.000003", completion: "0.000015" };

test("prices of a token are told as the server lists them, those of its cache where it has some", () => {
  expect(priceOf(both)).toEqual({ inputUsd: 0.000003, outputUsd: 0.000015 });
  expect(priceOf({ ...both, input_cache_read: "0.0000003", input_cache_write: "3.75e-6", image: "0.0048", request: "0" })).toEqual({
    inputUsd: 0.000003,
    outputUsd: 0.000015,
    cacheReadUsd: 0.0000003,
    cacheWriteUsd: 0.00000375,
  });
});

test("free is a price, and a cache that costs nothing is told", () => {
  expect(priceOf({ prompt: "0", completion: "0", input_cache_read: "0" })).toEqual({ inputUsd: 0, outputUsd: 0, cacheReadUsd: 0 });
});

test("what is malformed, or depends, is unknown, and the model is listed all the same", () => {
  const half = [{}, null, [], 7, "0.1", { prompt: both.prompt }, { completion: both.completion }];
  const amounts = ["-1", "", " ", "free", "NaN", "Infinity", "0x1", "1e999", "0,1", ".5", null, 0.000003, {}, ["0.000003"]];
  for (const pricing of [
    ...half,
    ...amounts.map((prompt) => ({ ...both, prompt })),
    ...amounts.map((completion) => ({ ...both, completion })),
  ])
    expect(cardsOf({ data: [{ id: "m", pricing }] }), JSON.stringify(pricing)).toEqual([{ id: "m" }]);
  for (const odd of amounts) expect(priceOf({ ...both, input_cache_read: odd })).toEqual({ inputUsd: 0.000003, outputUsd: 0.000015 });
});

// Reaches tokenUsdMax.
test("what would be more than a thousandth of a dollar a token is a price in another unit", () => {
  expect(priceOf({ prompt: "0.001", completion: "0.001" })).toEqual({ inputUsd: 0.001, outputUsd: 0.001 });
  expect(priceOf({ prompt: "0.0010001", completion: "0.001" })).toBeUndefined();
  expect(priceOf({ prompt: "3", completion: "15" })).toBeUndefined();
});

test("where tokens alone do not tell what an answer costs its price is unknown", () => {
  expect(priceOf({ ...both, request: "0.005" })).toBeUndefined();
  expect(priceOf({ ...both, internal_reasoning: "0.000003" })).toBeUndefined();
  expect(priceOf({ ...both, internal_reasoning: "0.000015", request: null })).toBeDefined();
});
