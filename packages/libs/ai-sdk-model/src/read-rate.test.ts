import { expect, test } from "vitest";
import { busyHoldMs, busyHoldMsMax, MeasuredRate } from "./read-rate.ts";

/** `perSecond` reads a second, for `ms`, from `fromMs` on. */
function read(rate: MeasuredRate, perSecond: number, ms: number, fromMs = 0): number {
  for (let n = 0; n * 1_000 < perSecond * ms; n += 1) rate.count(fromMs + (n * 1_000) / perSecond);
  return rate.holdMs;
}

// Reaches calmReadsPerSecondMax.
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

test("the later a busy process is, the longer text waits, up to a bound; it recovers step by step", () => {
  const rate = new MeasuredRate();
  rate.late(30);
  expect(rate.holdMs).toBe(0);
  read(rate, 25_000, 500);
  expect(rate.holdMs).toBe(busyHoldMs + 30);
  rate.late(10_000);
  expect(rate.holdMs).toBe(busyHoldMsMax);
  for (let looks = 0; looks < 200; looks += 1) rate.late(0);
  expect(rate.holdMs).toBeCloseTo(busyHoldMs);
});
