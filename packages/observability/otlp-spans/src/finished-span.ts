import type { LogRecord, SpanCloseRecord, SpanLink, SpanOpenRecord } from "@dispatch/journal-sink/record";

export type Attributes = NonNullable<LogRecord["attributes"]>;

/** One span from its opening to its end. */
export interface FinishedSpan {
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly extensionId: string;
  readonly conversationId?: string;
  readonly turnId?: string;
  /** Epoch milliseconds. */
  readonly startedAt: number;
  readonly durationMs: number;
  /** `unset`: it was never closed. */
  readonly status: "ok" | "error" | "unset";
  readonly attributes: Attributes;
  readonly links?: readonly SpanLink[];
  readonly events?: readonly SpanEvent[];
  /** What was sent or received, verbatim. Leaves this process only where somebody asked for that. */
  readonly content?: string;
}

export interface SpanEvent {
  readonly timestamp: number;
  readonly name: string;
  readonly attributes: Attributes;
}

/** A record without its body. */
export type TracedRecord = Omit<LogRecord, "body"> | Omit<SpanOpenRecord, "body"> | Omit<SpanCloseRecord, "body">;

/**
 * The spans of a journal, in the order of their first record. A span whose opening was lost begins as long before its end as it took; one that was never
 * closed has no length. What was logged within a span is its event, but for bodies, which are only kept for others.
 */
export function finishedSpans(records: readonly TracedRecord[]): readonly FinishedSpan[] {
  const spans = new Map<string, FinishedSpan>();
  for (const record of records) if (record.kind !== "log") spans.set(record.spanId, joined(spans.get(record.spanId), record));
  const events = Map.groupBy(records.filter(isEvent), ({ spanId }) => spanId);
  return [...spans.values()].map((span) => {
    const own = events.get(span.spanId);
    return own === undefined
      ? span
      : { ...span, events: own.map(({ timestamp, msg, attributes = {} }) => ({ timestamp, name: msg, attributes })) };
  });
}

type SpanRecord = Exclude<TracedRecord, { readonly kind: "log" }>;

function joined(before: FinishedSpan | undefined, record: SpanRecord): FinishedSpan {
  const { spanId, name, extensionId, conversationId, turnId, parentSpanId, attributes = {}, links } = record;
  const where = {
    ...(parentSpanId === undefined ? {} : { parentSpanId }),
    ...(conversationId === undefined ? {} : { conversationId }),
    ...(turnId === undefined ? {} : { turnId }),
    ...(links === undefined ? {} : { links }),
  };
  const merged = { ...before, ...where, spanId, name, extensionId, attributes: { ...before?.attributes, ...attributes } };
  if (record.kind === "span-open") return { durationMs: 0, status: "unset", ...merged, startedAt: record.timestamp };
  const durationMs = Math.max(0, record.durationMs);
  return { ...merged, startedAt: before?.startedAt ?? record.timestamp - durationMs, durationMs, status: record.status };
}

const isEvent = (record: TracedRecord): record is Omit<LogRecord, "body"> & { readonly spanId: string } =>
  record.kind === "log" && record.spanId !== undefined && record.msg !== "body";
