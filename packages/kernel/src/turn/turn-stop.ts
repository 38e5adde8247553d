import type { Clock } from "../contracts/clock.ts";
import { type Fault, fault } from "../contracts/fault.ts";
import type { Turn } from "../contracts/turn.ts";

export type StopReason = "aborted" | "time-limit";

/** The one stop of a turn, whoever pulls it: a person, the time limit, or a consumer that is gone. What has begun hears it by `signal`. */
export class TurnStop {
  readonly #controller = new AbortController();
  readonly #timer = new AbortController();
  readonly #asked: AbortSignal;
  readonly #ring: () => void;
  readonly #onAsked = () => this.pull("aborted");
  #reason: StopReason | undefined;

  constructor(turn: Turn, clock: Clock, ring: () => void) {
    this.#ring = ring;
    this.#asked = turn.signal;
    this.#asked.addEventListener("abort", this.#onAsked, { once: true });
    void clock.sleep(turn.limits.wallMs, this.#timer.signal).then(() => {
      if (!this.#timer.signal.aborted) this.pull("time-limit");
    });
    if (this.#asked.aborted) this.#onAsked();
  }

  get reason(): StopReason | undefined {
    return this.#reason;
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** The first reason stands. */
  pull(reason: StopReason): void {
    if (this.#reason !== undefined) return;
    this.#reason = reason;
    this.release();
    this.#controller.abort(stopFault(reason));
    this.#ring();
  }

  /** Lets go of the clock and of the asker's signal. What still ends by itself is not disturbed. */
  release(): void {
    this.#timer.abort();
    this.#asked.removeEventListener("abort", this.#onAsked);
  }

  /** For work that cannot be told to stop: it is left alone, and `undefined` comes back. */
  async orStopped<T>(work: Promise<T>): Promise<T | undefined> {
    const stopped = Promise.withResolvers<undefined>();
    const onStop = () => stopped.resolve(undefined);
    this.signal.addEventListener("abort", onStop, { once: true });
    if (this.#reason !== undefined) onStop();
    try {
      return await Promise.race([work, stopped.promise]);
    } finally {
      this.signal.removeEventListener("abort", onStop);
    }
  }
}

const stopFault = (reason: StopReason): Fault =>
  reason === "aborted"
    ? fault("cancelled", "kernel/aborted", "The turn was stopped.")
    : fault("limited", "kernel/time-limit", "The turn reached its time limit.");
