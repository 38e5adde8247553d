import { expect, test } from "vitest";
import { median, medianDifference, percentile, summarize } from "./statistics.ts";

test("the median of an odd sample is its middle, of an even one the mean of both middles", () => {
  expect(median([9, 1, 5])).toBe(5);
  expect(median([4, 1, 3, 2])).toBe(2.5);
});

test("a percentile is interpolated between its neighbours", () => {
  const hundred = Array.from({ length: 101 }, (_, value) => value);
  expect(percentile(hundred, 0.99)).toBe(99);
  expect(percentile([0, 10], 0.25)).toBe(2.5);
  expect(percentile([7], 0.99)).toBe(7);
});

test("numbers are sorted as numbers, and the sample is left as it was", () => {
  const sample = [10, 9, 100];
  expect(percentile(sample, 1)).toBe(100);
  expect(sample).toEqual([10, 9, 100]);
});

test("an empty sample has no percentile", () => {
  expect(percentile([], 0.5)).toBeNaN();
  expect(summarize([])).toEqual({ count: 0, p50: Number.NaN, p99: Number.NaN, max: Number.NaN });
});

test("a difference is taken within each round before the median", () => {
  expect(medianDifference([11, 102, 13], [10, 100, 10])).toBe(2);
});
