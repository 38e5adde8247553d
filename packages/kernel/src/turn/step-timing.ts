import type { StepMetrics } from "@dispatch/wire";
import type { Clock } from "../contracts/clock.ts";

/** Microseconds are as fine as anybody reads. */
export const roundMs = (ms: number): number => Math.round(ms * 1_000) / 1_000;

/** When the stream of a step began, spoke and ended; of several attempts the last counts. */
export class StepTiming {
  readonly #clock: Clock;
  #startedAt = 0;
  #spokeAt: number | undefined;
  #endedAt: number | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  start(): number {
    this.#startedAt = this.#clock.monotonic();
    this.#endedAt = undefined;
    return this.#startedAt;
  }

  speak(): void {
    this.#spokeAt ??= this.#clock.monotonic();
  }

  /** The first end stands: what comes after is no longer the model's time. */
  end(): number {
    this.#endedAt ??= this.#clock.monotonic();
    return this.#endedAt;
  }

  get times(): Omit<StepMetrics, "stepId" | "usage"> {
    if (this.#endedAt === undefined) return {};
    if (this.#spokeAt === undefined) return { genTotalMs: roundMs(this.#endedAt - this.#startedAt) };
    const ttftMs = roundMs(this.#spokeAt - this.#startedAt);
    const decodeMs = roundMs(this.#endedAt - this.#spokeAt);
    return { ttftMs, decodeMs, genTotalMs: roundMs(ttftMs + decodeMs) };
  }
}
