import { FakeClock } from "@dispatch/testkit";
import { expect, test } from "vitest";
import { StepTiming } from "./step-timing.ts";

test("the last attempt counts, from its start over its first word to its first end", async () => {
  const clock = new FakeClock();
  const timing = new StepTiming(clock);
  expect(timing.times).toEqual({});
  timing.start();
  await clock.advance(70);
  timing.end();
  await clock.advance(500);
  timing.end();
  expect(timing.times).toEqual({ genTotalMs: 70 });
  timing.start();
  await clock.advance(10.00049);
  timing.speak();
  await clock.advance(20);
  timing.speak();
  timing.end();
  expect(timing.times).toEqual({ ttftMs: 10, decodeMs: 20, genTotalMs: 30 });
});

test("times are read to the microsecond, and the total is the sum of its parts", async () => {
  const clock = new FakeClock();
  const timing = new StepTiming(clock);
  timing.start();
  await clock.advance(0.1004);
  timing.speak();
  await clock.advance(0.2006);
  timing.end();
  expect(timing.times).toEqual({ ttftMs: 0.1, decodeMs: 0.201, genTotalMs: 0.301 });
});
