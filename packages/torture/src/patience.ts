import { cpuSeconds } from "@dispatch/bench";

const tickMs = 250;
/** Of one's own: a machine that is busy with other things, or that stands still, does not count. */
const hangTicks = 480;
const burnMsMax = 20_000;

/** CPU milliseconds that whoever is waited for has had until now. */
export type CpuClock = () => number;

export const ownCpu: CpuClock = () => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
};

/** Of a process with all that it has started. */
export const cpuOf = (pid: number): CpuClock => {
  return () => {
    try {
      return cpuSeconds(pid) * 1_000;
    } catch {
      // It is gone, and uses nothing.
      return 0;
    }
  };
};

export interface Patience extends Disposable {
  /** Aborts when it is over; the reason says why in words. */
  readonly signal: AbortSignal;
  /** Something has happened: it begins anew. */
  renew(): void;
}

/**
 * How long one waits before something is called a hang: until whoever works has had `burnMsMax` of CPU time for it, or nothing was heard for a long time
 * though this process was awake. By the clock on the wall alone, a busy machine would be taken for a broken server.
 */
export function patience(cpu: CpuClock = ownCpu): Patience {
  const controller = new AbortController();
  let ticks = 0;
  let beganMs = cpu();
  const end = (why: string) => {
    clearInterval(timer);
    controller.abort(new Error(why));
  };
  const timer = setInterval(() => {
    ticks += 1;
    if (cpu() - beganMs > burnMsMax) end(`it took more than ${burnMsMax} ms of CPU time`);
    else if (ticks > hangTicks) end(`it hangs: nothing for ${(hangTicks * tickMs) / 1_000} s`);
  }, tickMs);
  return {
    signal: controller.signal,
    renew() {
      ticks = 0;
      beganMs = cpu();
    },
    [Symbol.dispose]: () => clearInterval(timer),
  };
}

/** Rejects with the reason when the signal aborts before the work has ended. */
export function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>();
  const onAbort = () => reject(signal.reason);
  signal.addEventListener("abort", onAbort, { once: true });
  if (signal.aborted) onAbort();
  return Promise.race([work, promise]).finally(() => signal.removeEventListener("abort", onAbort));
}

/** What the work gives. Rejects when it is taken for a hang. */
export async function patiently<T>(work: Promise<T>, cpu: CpuClock = ownCpu): Promise<T> {
  using waiting = patience(cpu);
  return await unlessAborted(work, waiting.signal);
}
