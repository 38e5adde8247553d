import { expect, test } from "vitest";
import { retryAfterMs } from "./retry-after.ts";

const now = Date.parse("2026-11-21T10:00:00Z");

test("seconds, fractions of a second and milliseconds are read", () => {
  expect(retryAfterMs({ "retry-after": "7" }, now)).toBe(7_000);
  expect(retryAfterMs({ "retry-after": "0.25" }, now)).toBe(250);
  expect(retryAfterMs({ "retry-after-ms": "120", "retry-after": "7" }, now)).toBe(120);
});

test("a date is counted from now, and one that has passed is now", () => {
  expect(retryAfterMs({ "retry-after": "Sat, 21 Nov 2026 10:00:30 GMT" }, now)).toBe(30_000);
  expect(retryAfterMs({ "retry-after": "Sat, 21 Nov 2026 09:00:00 GMT" }, now)).toBe(0);
});

test("what cannot be read counts as absent", () => {
  for (const wish of ["soon", "", "-5", "1e3x"]) expect(retryAfterMs({ "retry-after": wish }, now)).toBeUndefined();
  expect(retryAfterMs({}, now)).toBeUndefined();
});
