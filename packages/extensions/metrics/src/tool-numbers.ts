import { type Clock, Fault, type ToolResult } from "@dispatch/kernel";
import type { MetricFamily, MetricSource } from "./contract.ts";
import { Counts } from "./counts.ts";
import { Histograms, longBounds } from "./histogram.ts";
import { KnownValues } from "./known-values.ts";

export const toolsMax = 60;

/** Tool calls by how they ended, and how long they took. */
export class ToolNumbers implements MetricSource {
  readonly name = "tools";
  readonly #clock: Clock;
  readonly #tools = new KnownValues(toolsMax);
  readonly #calls = new Counts();
  readonly #durations = new Histograms(longBounds);

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** The outcome is the call's own. */
  async watch(toolName: string, call: () => Promise<ToolResult>): Promise<ToolResult> {
    const tool = this.#tools.of(toolName);
    const startedAt = this.#clock.monotonic();
    let outcome = "error";
    try {
      const result = await call();
      outcome = result.refused ? "refused" : "ok";
      return result;
    } catch (thrown) {
      if (Fault.is(thrown) && thrown.kind === "cancelled") outcome = "cancelled";
      throw thrown;
    } finally {
      this.#calls.add({ tool, outcome });
      this.#durations.observe({ tool }, (this.#clock.monotonic() - startedAt) / 1_000);
    }
  }

  read(): readonly MetricFamily[] {
    return [
      { name: "dispatch_tool_calls", help: "Calls that reached their tool.", type: "counter", samples: this.#calls.samples() },
      {
        name: "dispatch_tool_call_duration_seconds",
        help: "How long calls took in their tool.",
        unit: "seconds",
        type: "histogram",
        samples: this.#durations.samples(),
      },
    ];
  }
}
