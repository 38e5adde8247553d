import type { Clock } from "@dispatch/kernel";

/** What the promise gives, or `undefined` when the time is over first. */
export async function within<T>(clock: Clock, ms: number, promise: Promise<T>): Promise<T | undefined> {
  const wait = new AbortController();
  try {
    return await Promise.race([promise, clock.sleep(ms, wait.signal).then(() => undefined)]);
  } finally {
    wait.abort();
  }
}
