import { expect, test } from "vitest";
import { randomFrom, sample } from "./random.ts";

test("one seed gives one row of numbers, another seed another", () => {
  const row = (seed: number) => Array.from({ length: 5 }, randomFrom(seed));
  expect(row(1)).toEqual(row(1));
  expect(row(1)).not.toEqual(row(2));
  for (const value of row(3)) expect(value >= 0 && value < 1).toBe(true);
});

test("a sample keeps the order of what it is taken from", () => {
  const items = Array.from({ length: 100 }, (_, index) => index);
  const taken = sample(items, 10, randomFrom(1));
  expect(taken).toHaveLength(10);
  expect([...taken].sort((a, b) => a - b)).toEqual(taken);
  expect(sample(items, 200, randomFrom(1))).toEqual(items);
});
