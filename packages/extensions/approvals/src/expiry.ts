import type { Clock } from "@dispatch/kernel";
import type { Questions } from "./questions.ts";

/** A clock that is set, or a machine that sleeps, is noticed after at most this long. */
const sleepMsMax = 60_000;

/** Refuses questions whose time is over, until the signal aborts. While nothing waits nobody is woken. */
export async function expireInTime(
  questions: Questions,
  clock: Clock,
  failed: (thrown: unknown) => void,
  signal: AbortSignal,
): Promise<void> {
  let bell = new AbortController();
  const listening = (async () => {
    for await (const _ of questions.changes(signal)) bell.abort();
  })();
  while (!signal.aborted) {
    bell = new AbortController();
    const woken = AbortSignal.any([signal, bell.signal]);
    const next = await questions.expire().catch((thrown: unknown) => {
      failed(thrown);
      return clock.now() + sleepMsMax;
    });
    if (next === undefined) await aborted(woken);
    else await clock.sleep(Math.min(sleepMsMax, next - clock.now()), woken);
  }
  await listening;
}

const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve(), { once: true });
  });
