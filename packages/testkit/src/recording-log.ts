import type { Attributes, Log, LogLevel, Span, SpanContext } from "@dispatch/kernel";

export interface LogLine {
  readonly level: LogLevel;
  readonly extensionId: string;
  readonly msg: string;
  readonly attributes: Attributes;
  /** Absent when none was given. */
  readonly context?: SpanContext;
}

export interface RecordedSpan {
  readonly extensionId: string;
  readonly name: string;
  readonly attributes: Attributes;
  readonly context: SpanContext;
  readonly end: { readonly status: "ok" | "error"; readonly attributes: Attributes } | undefined;
}

/** Keeps what was logged, under every name, in one list. Span ids are counted, so that two equal runs give equal records. */
export class RecordingLog implements Log {
  readonly #extensionId: string;
  readonly #lines: LogLine[];
  readonly #spans: RecordedSpan[];

  constructor(extensionId = "", lines: LogLine[] = [], spans: RecordedSpan[] = []) {
    this.#extensionId = extensionId;
    this.#lines = lines;
    this.#spans = spans;
  }

  get lines(): readonly LogLine[] {
    return this.#lines;
  }

  get spans(): readonly RecordedSpan[] {
    return this.#spans;
  }

  /** The lines with this message. */
  told(msg: string): readonly LogLine[] {
    return this.#lines.filter((line) => line.msg === msg);
  }

  debug(msg: string, attributes?: Attributes, context?: SpanContext): void {
    this.#add("debug", msg, attributes, context);
  }
  info(msg: string, attributes?: Attributes, context?: SpanContext): void {
    this.#add("info", msg, attributes, context);
  }
  warn(msg: string, attributes?: Attributes, context?: SpanContext): void {
    this.#add("warn", msg, attributes, context);
  }
  error(msg: string, attributes?: Attributes, context?: SpanContext): void {
    this.#add("error", msg, attributes, context);
  }

  span(name: string, attributes: Attributes = {}, context: SpanContext = {}): Span {
    const opened = { extensionId: this.#extensionId, name, attributes, context };
    const index = this.#spans.push({ ...opened, end: undefined }) - 1;
    return {
      spanId: `span-${index + 1}`,
      end: (status, attributes = {}) => {
        this.#spans[index] = { ...opened, end: { status, attributes } };
      },
    };
  }

  named(extensionId: string): Log {
    return new RecordingLog(extensionId, this.#lines, this.#spans);
  }

  #add(level: LogLevel, msg: string, attributes: Attributes = {}, context?: SpanContext): void {
    this.#lines.push({ level, extensionId: this.#extensionId, msg, attributes, ...(context === undefined ? {} : { context }) });
  }
}
