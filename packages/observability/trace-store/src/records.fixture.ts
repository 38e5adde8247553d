import type { JournalRecord, LogRecord, SpanCloseRecord, SpanOpenRecord } from "@dispatch/journal-sink/record";

const common = { timestamp: 1_000, extensionId: "turn-trace" };

export const log = (fields: Partial<LogRecord> = {}): LogRecord => ({ ...common, kind: "log", level: "info", msg: "hello", ...fields });
export const open = (fields: Partial<SpanOpenRecord> = {}): SpanOpenRecord => ({
  ...common,
  kind: "span-open",
  spanId: "s1",
  name: "turn",
  ...fields,
});
export const close = (fields: Partial<SpanCloseRecord> = {}): SpanCloseRecord => ({
  ...common,
  ...{ kind: "span-close", spanId: "s1", name: "turn", durationMs: 5, status: "ok" },
  ...fields,
});

/** One turn of `steps` steps, a millisecond a record, beginning at `at`. */
export function turnOf(turnId: string, { at = 1_000, steps = 1, conversationId = "c1" } = {}): readonly JournalRecord[] {
  const place = { conversationId, turnId };
  const root = `${turnId}-root`;
  const inner = Array.from({ length: steps }, (_, n) => [
    open({ ...place, spanId: `${turnId}-${n}`, parentSpanId: root, name: "step", timestamp: at + 1 + 2 * n }),
    close({ ...place, spanId: `${turnId}-${n}`, parentSpanId: root, name: "step", timestamp: at + 2 + 2 * n, durationMs: 1 }),
  ]).flat();
  const durationMs = 2 * steps + 1;
  return [
    open({ ...place, spanId: root, timestamp: at, attributes: { model: "demo/echo" } }),
    ...inner,
    close({ ...place, spanId: root, timestamp: at + durationMs, durationMs, attributes: { finishReason: "stop", model: "demo/echo" } }),
  ];
}
