import { setTimeout as pause } from "node:timers/promises";
import type { Clock } from "@dispatch/kernel";

/** For processes of their own: they live in real time. */
export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  sleep: (ms, signal) => pause(ms, undefined, signal ? { signal } : {}).catch(() => {}),
};
