import { expect, test } from "vitest";
import { age } from "./age.ts";

const now = Date.UTC(2026, 10, 21, 12);
const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

// Reaches relativeDaysMax.
test("age is told in the largest unit that fits, and after seven days as a date", () => {
  const told = [0, minute - 1, minute, hour - 1, hour, day - 1, day, 7 * day - 1, 7 * day].map((passed) => age(now - passed, now));
  expect(told).toEqual(["just now", "just now", "1m ago", "59m ago", "1h ago", "23h ago", "1d ago", "6d ago", "2026-11-14"]);
});

test("a server whose clock is ahead counts as now", () => {
  expect(age(now + hour, now)).toBe("just now");
});
