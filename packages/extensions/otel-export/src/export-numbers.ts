import type { MetricFamily, MetricSource } from "@dispatch/metrics/contract";

export type DropReason = "queue-full" | "refused" | "unreachable";

/** What became of the spans. */
export class ExportNumbers implements MetricSource {
  readonly name = "otel-export";
  readonly #waiting: () => number;
  readonly #dropped = new Map<DropReason, number>();
  #sent = 0;

  constructor(waiting: () => number) {
    this.#waiting = waiting;
  }

  sent(spans: number): void {
    this.#sent += spans;
  }

  dropped(reason: DropReason, spans: number): void {
    this.#dropped.set(reason, (this.#dropped.get(reason) ?? 0) + spans);
  }

  read(): readonly MetricFamily[] {
    return [
      { name: "dispatch_otel_spans_sent", help: "Spans that a collector took.", type: "counter", samples: [{ value: this.#sent }] },
      {
        name: "dispatch_otel_spans_dropped",
        help: "Spans that no collector will get, by why.",
        type: "counter",
        samples: [...this.#dropped].map(([reason, value]) => ({ labels: { reason }, value })),
      },
      { name: "dispatch_otel_spans_waiting", help: "Spans that wait to be sent.", type: "gauge", samples: [{ value: this.#waiting() }] },
    ];
  }
}
