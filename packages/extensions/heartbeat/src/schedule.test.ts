import { expect, test } from "vitest";
import { isoTime, nextRunAt } from "./schedule.ts";

test.each([
  ["on time, the next is one interval on", 100, 100, 110],
  ["a little late, the rhythm stays", 100, 103, 110],
  ["exactly one interval late, that one is missed", 100, 110, 120],
  ["long after, what was missed is not made up for", 100, 10_007, 10_010],
  ["a clock that went back begins anew", 100, 50, 60],
  ["a clock that went back a little keeps the rhythm", 100, 95, 110],
])("%s", (_what, plannedAt, now, expected) => {
  expect(nextRunAt(plannedAt, 10, now)).toBe(expected);
});

test("a time always has its milliseconds", () => {
  expect([isoTime(0), isoTime(1_500)]).toEqual(["1970-01-01T00:00:00.000Z", "1970-01-01T00:00:01.500Z"]);
});
