import { expect, test } from "vitest";
import { systemClock } from "./clock.ts";

// Reaches timerMsMax.
test("a sleep that is longer than a timer can hold does not end at once", async () => {
  const stop = new AbortController();
  let over = 0;
  const sleeps = [2 ** 31 - 1, 2 ** 31, 2 ** 45].map((ms) => systemClock.sleep(ms, stop.signal).then(() => over++));
  await systemClock.sleep(10);
  expect(over).toBe(0);
  stop.abort();
  await Promise.all(sleeps);
});
