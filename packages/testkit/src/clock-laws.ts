import assert from "node:assert/strict";
import type { Clock } from "@dispatch/kernel";
import type { Laws } from "./laws.ts";

/** A clock under test, and the way to make time pass: a fake one is advanced, a real one is waited for. */
export interface ClockUnderTest {
  readonly clock: Clock;
  pass(ms: number): Promise<void>;
}

export const clockLaws: Laws<ClockUnderTest> = {
  "a sleeper wakes once its time has passed": async (open) => {
    const { clock, pass } = await open();
    const before = clock.monotonic();
    const slept = clock.sleep(5);
    await pass(10);
    await slept;
    assert.ok(clock.monotonic() - before >= 4);
  },
  "sleepers wake in the order of their times": async (open) => {
    const { clock, pass } = await open();
    const woken: number[] = [];
    const sleepers = [30, 10, 20].map((ms) => clock.sleep(ms).then(() => woken.push(ms)));
    await pass(40);
    await Promise.all(sleepers);
    assert.deepEqual(woken, [10, 20, 30]);
  },
  "an abort wakes early and does not reject": async (open) => {
    const { clock } = await open();
    const stop = new AbortController();
    const slept = clock.sleep(3_600_000, stop.signal);
    stop.abort(new Error("enough"));
    assert.equal(await slept, undefined);
  },
  "a signal that has aborted already is not waited for": async (open) => {
    const { clock } = await open();
    assert.equal(await clock.sleep(3_600_000, AbortSignal.abort()), undefined);
  },
  "zero, negative and unreal times do not wait": async (open) => {
    const { clock, pass } = await open();
    const slept = Promise.all([0, -1, Number.NaN].map((ms) => clock.sleep(ms)));
    await pass(5);
    await slept;
  },
  "a time longer than a timer can hold is still a wait": async (open) => {
    const { clock, pass } = await open();
    const stop = new AbortController();
    let awake = false;
    const slept = clock.sleep(2 ** 32, stop.signal).then(() => {
      awake = true;
    });
    await pass(5);
    assert.equal(awake, false);
    stop.abort();
    await slept;
  },
  "monotonic time never goes back": async (open) => {
    const { clock, pass } = await open();
    const first = clock.monotonic();
    await pass(2);
    assert.ok(clock.monotonic() >= first);
  },
};
