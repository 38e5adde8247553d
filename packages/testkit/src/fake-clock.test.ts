import { expect, test } from "vitest";
import { clockLaws } from "./clock-laws.ts";
import { FakeClock } from "./fake-clock.ts";

for (const [law, hold] of Object.entries(clockLaws))
  test(law, () =>
    hold(async () => {
      const clock = new FakeClock();
      return { clock, pass: (ms) => clock.advance(ms) };
    }),
  );

test("time stands still until the test moves it", async () => {
  const clock = new FakeClock(1_000);
  expect([clock.now(), clock.monotonic()]).toEqual([1_000, 0]);
  await clock.advance(250);
  expect([clock.now(), clock.monotonic()]).toEqual([1_250, 250]);
});

test("a loop that sleeps again within the span is woken again, each time at its hour", async () => {
  const clock = new FakeClock();
  const ticks: number[] = [];
  const loop = async () => {
    while (ticks.length < 3) {
      await clock.sleep(10);
      ticks.push(clock.monotonic());
    }
  };
  const done = loop();
  await clock.advance(35);
  await done;
  expect(ticks).toEqual([10, 20, 30]);
  expect(clock.monotonic()).toBe(35);
});

test("advance wakes nobody before the hour", async () => {
  const clock = new FakeClock();
  let awake = false;
  const slept = clock.sleep(10).then(() => {
    awake = true;
  });
  await clock.advance(9);
  expect(awake).toBe(false);
  expect(clock.sleeping).toBe(1);
  await clock.advance(1);
  await slept;
  expect(clock.sleeping).toBe(0);
});

test("advanceToNext moves exactly to the next waking, and waits for a sleeper that is yet to come", async () => {
  const clock = new FakeClock();
  const moved = clock.advanceToNext();
  const slept = clock.sleep(17);
  await moved;
  await slept;
  expect(clock.monotonic()).toBe(17);
});

test("untilSleeping waits for as many sleepers as were asked for", async () => {
  const clock = new FakeClock();
  const both = clock.untilSleeping(2);
  const slept = [clock.sleep(1), clock.sleep(2)];
  await both;
  expect(clock.sleeping).toBe(2);
  await clock.advance(2);
  await Promise.all(slept);
});

test("an aborted sleeper is forgotten", async () => {
  const clock = new FakeClock();
  const stop = new AbortController();
  const slept = clock.sleep(10, stop.signal);
  stop.abort();
  await slept;
  expect(clock.sleeping).toBe(0);
});

test("a jump of the wall clock is not seen by monotonic time", async () => {
  const clock = new FakeClock(5_000);
  clock.jump(-4_000);
  expect([clock.now(), clock.monotonic()]).toEqual([1_000, 0]);
});
