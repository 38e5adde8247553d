import { expect, test } from "vitest";
import { busyHoldMs, MeasuredRate } from "./read-rate.ts";

/** `perSecond` reads a second, for `ms`, from `fromMs` on. */
function read(rate: MeasuredRate, perSecond: number, ms: number, fromMs = 0): number {
  for (let n = 0; n * 1_000 < perSecond * ms; n += 1) rate.count(fromMs + (n * 1_000) / perSecond);
  return rate.holdMs;
}

test("few reads are calm, many are busy, and few again are calm", () => {
  const rate = new MeasuredRate();
  expect(rate.holdMs).toBe(0);
  expect(read(rate, 1_000, 500)).toBe(0);
  expect(read(rate, 25_000, 500, 500)).toBe(busyHoldMs);
  expect(rate.endHoldMs).toBeGreaterThan(busyHoldMs);
  expect(read(rate, 1_000, 500, 1_000)).toBe(0);
});

test("a burst after a long silence is calm at first", () => {
  const rate = new MeasuredRate();
  read(rate, 25_000, 500);
  rate.count(60_000);
  expect(rate.holdMs).toBe(0);
});
