import type { Attributes, Clock, Log, LogLevel, Span, SpanContext } from "@dispatch/kernel";
import { type Entry, flatAttributes } from "./entry.ts";

export interface JournalLogPorts {
  readonly clock: Clock;
  newSpanId(): string;
  push(entry: Entry): void;
  /** Counts what could not even become an entry. */
  lost(): void;
}

/** Makes records of what it is told, and nothing more: whoever logs pays for one small object. */
export function journalLog(ports: JournalLogPorts, extensionId: string): Log {
  const { clock } = ports;
  const log = (level: LogLevel) => (msg: string, attributes?: Attributes, context?: SpanContext) => {
    try {
      ports.push(entryOf(extensionId, clock.now(), flatAttributes(attributes), context, level, `${msg}`));
    } catch {
      ports.lost();
    }
  };
  return {
    debug: log("debug"),
    info: log("info"),
    warn: log("warn"),
    error: log("error"),
    span: (name, attributes, context) => openSpan(ports, extensionId, { name: `${name}`, attributes, context }),
    named: (id) => journalLog(ports, id),
  };
}

interface Opening {
  readonly name: string;
  readonly attributes: Attributes | undefined;
  readonly context: SpanContext | undefined;
}

function openSpan(ports: JournalLogPorts, extensionId: string, { name, attributes, context }: Opening): Span {
  const { clock } = ports;
  const spanId = ports.newSpanId();
  const began = clock.monotonic();
  const first = guarded(ports, () => flatAttributes(attributes));
  guarded(ports, () => ports.push({ ...entryOf(extensionId, clock.now(), first, context), kind: "span-open", name, spanId }));
  let ended = false;
  return {
    spanId,
    end(status, later) {
      if (ended) return;
      ended = true;
      guarded(ports, () => {
        const all = first === undefined && later === undefined ? undefined : { ...first, ...flatAttributes(later) };
        const durationMs = Math.round((clock.monotonic() - began) * 1_000) / 1_000;
        // The body stands in the opening: twice would double the largest part of the journal.
        const close = { ...entryOf(extensionId, clock.now(), all, context), body: undefined, durationMs };
        ports.push({ ...close, kind: "span-close", name, spanId, status });
      });
    },
  };
}

/** Of a message, or of a span when it has no level. */
function entryOf(
  extensionId: string,
  timestamp: number,
  attributes: Attributes | undefined,
  context: SpanContext | undefined,
  level?: LogLevel,
  msg?: string,
): Entry {
  return {
    attributes,
    body: context?.body === undefined ? undefined : `${context.body}`,
    conversationId: context?.conversationId,
    durationMs: undefined,
    extensionId,
    kind: "log",
    level,
    links: undefined,
    msg,
    name: undefined,
    parentSpanId: context?.parentSpanId,
    spanId: undefined,
    status: undefined,
    timestamp,
    turnId: context?.turnId,
  };
}

/** A log never throws, whatever a caller without types hands it. */
function guarded<T>({ lost }: JournalLogPorts, make: () => T): T | undefined {
  try {
    return make();
  } catch {
    lost();
    return undefined;
  }
}
