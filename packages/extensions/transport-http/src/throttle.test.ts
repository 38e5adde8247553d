import { FakeClock } from "@dispatch/testkit";
import { expect, test } from "vitest";
import { addressesMax, Throttle } from "./throttle.ts";

const guess = (throttle: Throttle, address: string, times: number) =>
  Array.from({ length: times }, () => throttle.guessed(address)).filter((held) => held).length;

// Reaches freeGuessesMax, waitMsMax.
test("ten wrong tokens cost nothing; each further one doubles the wait, up to a minute", async () => {
  const throttle = new Throttle(new FakeClock());
  expect([guess(throttle, "10.0.0.1", 10), throttle.waitMs("10.0.0.1")]).toEqual([0, 0]);
  const waits = Array.from({ length: 9 }, () => {
    throttle.guessed("10.0.0.1");
    return throttle.waitMs("10.0.0.1");
  });
  expect(waits).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000, 60_000]);
  expect([guess(throttle, "10.0.0.1", 10_000), throttle.waitMs("10.0.0.1")]).toEqual([10_000, 60_000]);
});

test("an address waits alone, its wait ends, and after ten quiet minutes it begins anew", async () => {
  const clock = new FakeClock();
  const throttle = new Throttle(clock);
  guess(throttle, "10.0.0.1", 12);
  expect([throttle.waitMs("10.0.0.1"), throttle.waitMs("10.0.0.2")]).toEqual([2_000, 0]);
  await clock.advance(2_000);
  expect(throttle.waitMs("10.0.0.1")).toBe(0);
  throttle.guessed("10.0.0.1");
  expect(throttle.waitMs("10.0.0.1")).toBe(4_000);
  await clock.advance(600_001);
  expect([guess(throttle, "10.0.0.1", 10), throttle.waitMs("10.0.0.1")]).toEqual([0, 0]);
});

test("whoever has a /64 of IPv6 is one address, however it is written, and its neighbour is another", () => {
  const throttle = new Throttle(new FakeClock());
  for (let n = 0; n < 11; n += 1) throttle.guessed(`2001:db8:0:1::${n.toString(16)}`);
  for (const same of ["2001:db8:0:1:ffff:ffff:ffff:ffff", "2001:0DB8:0000:0001::", "2001:db8:0:1:0:0:0:1"])
    expect(throttle.waitMs(same), same).toBe(1_000);
  for (const other of ["2001:db8:0:2::1", "2001:db8::1", "::1", "2001:db8:1::1"]) expect(throttle.waitMs(other), other).toBe(0);
});

test("so many addresses are remembered; those that were quiet the longest make room", () => {
  const throttle = new Throttle(new FakeClock(), 100);
  guess(throttle, "10.0.0.1", 11);
  for (let n = 0; n < 99; n += 1) throttle.guessed(`10.0.1.${n}`);
  expect(throttle.waitMs("10.0.0.1")).toBe(1_000);
  throttle.guessed("10.0.0.1");
  for (let n = 0; n < 99; n += 1) throttle.guessed(`10.0.2.${n}`);
  expect([throttle.size, throttle.waitMs("10.0.0.1")]).toEqual([100, 2_000]);
  throttle.guessed("10.0.3.1");
  expect([throttle.size, throttle.waitMs("10.0.0.1")]).toEqual([100, 0]);
});

test("addresses without end that guess cost no more than so many", () => {
  const throttle = new Throttle(new FakeClock());
  for (let n = 0; n < addressesMax + 5_000; n += 1) throttle.guessed(`10.${n >> 16}.${(n >> 8) & 255}.${n & 255}`);
  expect(throttle.size).toBe(addressesMax);
});
