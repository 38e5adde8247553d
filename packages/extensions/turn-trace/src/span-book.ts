import type { Attributes, Clock, Log } from "@dispatch/kernel";
import type { TracedSpan } from "./contract.ts";

/** Closed spans that are kept for exporters. */
const spansMax = 10_000;

export interface OpenSpan {
  readonly spanId: string;
  /** The first end stands. */
  end(status: "ok" | "error", attributes?: Attributes): void;
}

interface Place {
  readonly conversationId: string;
  readonly turnId?: string;
}

/** The spans of one turn: each is journaled as it opens and closes, and kept once it is closed. */
export class SpanBook {
  readonly #log: Log;
  readonly #clock: Clock;
  readonly #place: Place;
  readonly #closed: TracedSpan[] = [];

  constructor(log: Log, clock: Clock, place: Place) {
    this.#log = log;
    this.#clock = clock;
    this.#place = place;
  }

  get closed(): readonly TracedSpan[] {
    return this.#closed;
  }

  open(name: string, attributes: Attributes, parentSpanId?: string, body?: string): OpenSpan {
    const parent = parentSpanId === undefined ? {} : { parentSpanId };
    const span = this.#log.span(name, attributes, { ...this.#place, ...parent, ...(body === undefined ? {} : { body }) });
    const { spanId } = span;
    const startedAt = this.#clock.now();
    const began = this.#clock.monotonic();
    let isOpen = true;
    return {
      spanId,
      end: (status, later = {}) => {
        if (!isOpen) return;
        isOpen = false;
        span.end(status, later);
        const durationMs = Math.round((this.#clock.monotonic() - began) * 1_000) / 1_000;
        if (this.#closed.length >= spansMax) return;
        this.#closed.push({ spanId, ...parent, name, startedAt, durationMs, status, attributes: { ...attributes, ...later } });
      },
    };
  }
}
