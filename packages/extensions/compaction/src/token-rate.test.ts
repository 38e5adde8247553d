import { expect, test } from "vitest";
import { charsPerTokenDefault, rateOf } from "./token-rate.ts";

// Reaches charsPerTokenMax.
test("a rate that no text has is a miscount, and the nearest that one may have counts", () => {
  expect([rateOf(800, 100), rateOf(8_000, 100), rateOf(Number.MAX_VALUE, 1)]).toEqual([8, 8, 8]);
  expect([rateOf(100, 100), rateOf(1, 100)]).toEqual([1, 1]);
  expect([rateOf(0, 100), rateOf(100, 0)]).toEqual([charsPerTokenDefault, charsPerTokenDefault]);
});
