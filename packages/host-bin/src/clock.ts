import type { Clock } from "@dispatch/kernel";

export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  sleep(ms, signal) {
    const { promise, resolve } = Promise.withResolvers<void>();
    if (signal?.aborted === true) return Promise.resolve();
    const end = () => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", end);
      resolve();
    };
    // A timer holds at most 2^31 - 1 milliseconds; what is longer would fire at once.
    const timer = setTimeout(end, Math.min(ms, timerMsMax));
    signal?.addEventListener("abort", end, { once: true });
    return promise;
  },
};

const timerMsMax = 2 ** 31 - 1;
