import type { Clock } from "../contracts/clock.ts";

/**
 * Waits for the work at most `ms`; `undefined` says that the time was up. What fails in time is thrown; what fails later is nobody's any more.
 * The work itself goes on: only its own signal can end it.
 */
export async function within<T>(clock: Clock, ms: number, work: PromiseLike<T>): Promise<{ readonly value: T } | undefined> {
  const timer = new AbortController();
  const done = work.then((value) => ({ value }));
  const late = clock.sleep(ms, timer.signal).then(() => undefined);
  try {
    return await Promise.race([done, late]);
  } finally {
    timer.abort();
  }
}
