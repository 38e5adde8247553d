import { expect, test } from "vitest";
import { countdown, timeLeft } from "./time-left.ts";

test("a countdown shows hours only when there are some, and never goes below zero", () => {
  expect([239_001, 60_000, 59_999, 1, 0, -5_000, 3_723_000].map(countdown)).toEqual([
    "4:00",
    "1:00",
    "1:00",
    "0:01",
    "0:00",
    "0:00",
    "1:02:03",
  ]);
});

test("what is far away is told coarsely, and the last minutes to the second", () => {
  expect([3 * 86_400_000, 86_400_000, 7_200_000, 7_199_000, 300_000, 299_000].map(timeLeft)).toEqual([
    "3 days",
    "24 hours",
    "2 hours",
    "119 minutes",
    "5 minutes",
    "4:59",
  ]);
});
