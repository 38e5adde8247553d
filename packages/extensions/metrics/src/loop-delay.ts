import type { Clock } from "@dispatch/kernel";
import type { MetricFamily, MetricSource } from "./contract.ts";
import { Histogram, shortBounds } from "./histogram.ts";

export const lookEveryMs = 500;

/** How late the process comes to what is due: a look twice a second, so that an idle server stays idle. */
export class LoopDelay implements MetricSource {
  readonly name = "event-loop";
  readonly #clock: Clock;
  readonly #delays = new Histogram(shortBounds);

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  async run(signal: AbortSignal): Promise<void> {
    for (;;) {
      const dueAt = this.#clock.monotonic() + lookEveryMs;
      await this.#clock.sleep(lookEveryMs, signal);
      if (signal.aborted) return;
      this.#delays.observe((this.#clock.monotonic() - dueAt) / 1_000);
    }
  }

  read(): readonly MetricFamily[] {
    return [
      {
        name: "dispatch_event_loop_delay_seconds",
        help: "How late timers fire, looked at twice a second.",
        unit: "seconds",
        type: "histogram",
        samples: [this.#delays.read()],
      },
    ];
  }
}
