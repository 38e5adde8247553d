import { systemClock } from "@dispatch/host-bin";
import type { Clock } from "@dispatch/kernel";

/** Sleeps are so many times shorter, so that waits between attempts are no waits. */
export const hastyClock = (times: number): Clock => ({
  now: () => systemClock.now(),
  monotonic: () => systemClock.monotonic(),
  sleep: (ms, signal) => systemClock.sleep(ms / times, signal),
});

export interface JumpingClock extends Clock {
  /** How often it was looked at since it was armed. */
  readonly looks: number;
  arm(): void;
}

/** The wall clock is set by so much when it is looked at for the n-th time, as an administrator or a time server does; what is monotonic goes on. */
export function jumpingClock(nth: number, jumpMs: number): JumpingClock {
  let looks = 0;
  let armed = false;
  return {
    get looks() {
      return looks;
    },
    arm: () => {
      armed = true;
    },
    now() {
      if (armed) looks += 1;
      return systemClock.now() + (looks >= nth ? jumpMs : 0);
    },
    monotonic: () => systemClock.monotonic(),
    sleep: (ms, signal) => systemClock.sleep(ms, signal),
  };
}
