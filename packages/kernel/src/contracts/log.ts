export type LogLevel = "debug" | "info" | "warn" | "error";
export type Attributes = { readonly [key: string]: string | number | boolean | null };

/** Never throws and never blocks: a log that cannot be written is dropped. */
export interface Log {
  debug(msg: string, attributes?: Attributes, context?: SpanContext): void;
  info(msg: string, attributes?: Attributes, context?: SpanContext): void;
  warn(msg: string, attributes?: Attributes, context?: SpanContext): void;
  error(msg: string, attributes?: Attributes, context?: SpanContext): void;
  /** Opens a span; whoever opens it ends it. */
  span(name: string, attributes?: Attributes, context?: SpanContext): Span;
  /** The same log under another extension's name. */
  named(extensionId: string): Log;
}

/** Where a message or a span belongs. */
export interface SpanContext {
  readonly conversationId?: string;
  readonly turnId?: string;
  readonly parentSpanId?: string;
  /** Large text stored verbatim beside the message or span. */
  readonly body?: string;
}

export interface Span {
  readonly spanId: string;
  end(status: "ok" | "error", attributes?: Attributes): void;
}

/** Where nobody listens. */
export const silentLog: Log = {
  debug() {},
  info() {},
  warn() {},
  error() {},
  span: () => ({ spanId: "", end() {} }),
  named: () => silentLog,
};
