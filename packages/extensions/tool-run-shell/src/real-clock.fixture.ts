import { setTimeout as pause } from "node:timers/promises";
import type { Clock } from "@dispatch/kernel";

/** For tests in which real processes take real time. No test waits by it. */
export const realClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  sleep: (ms, signal) => pause(ms, undefined, { ref: false, ...(signal && { signal }) }).catch(() => {}),
};
