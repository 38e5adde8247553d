import { FakeClock } from "@dispatch/testkit";
import { expect, test } from "vitest";
import { openScene } from "./turn.fixture.ts";
import { TurnStop } from "./turn-stop.ts";

function open() {
  const { stage, turn } = openScene({ answers: () => [], limits: { stepsMax: 1, wallMs: 1_000 } });
  const clock = new FakeClock();
  let rings = 0;
  const stop = new TurnStop(turn, clock, () => rings++);
  return { asker: stage.stop, clock, stop, rings: () => rings };
}

test("whoever stops first gives the reason, and it rings once", async () => {
  const { asker, clock, stop, rings } = open();
  await clock.advance(1_000);
  asker.abort();
  stop.pull("aborted");
  expect([stop.reason, rings(), stop.signal.reason]).toEqual(["time-limit", 1, expect.objectContaining({ code: "kernel/time-limit" })]);
});

test("once let go, neither the clock nor the asker stops anything", async () => {
  const { asker, clock, stop } = open();
  stop.release();
  asker.abort();
  await clock.advance(5_000);
  expect([stop.reason, stop.signal.aborted, clock.sleeping]).toEqual([undefined, false, 0]);
});

test("work that hangs is left alone, work that fails after a stop is nobody's", async () => {
  const { asker, stop } = open();
  const hanging = stop.orStopped(new Promise(() => {}));
  asker.abort();
  expect(await hanging).toBeUndefined();
  expect(await stop.orStopped(new Promise((_, reject) => setImmediate(() => reject(new Error("late")))))).toBeUndefined();
  await new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
});

test("without a stop, work gives what it gives", async () => {
  const { stop } = open();
  expect(await stop.orStopped(Promise.resolve(7))).toBe(7);
  await expect(stop.orStopped(Promise.reject(new Error("no")))).rejects.toThrow("no");
});
