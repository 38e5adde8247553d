import type { Attributes, LogLevel, ModelRequest } from "@dispatch/kernel";

export { bodyHash } from "./body-hash.ts";
export { parseRecord } from "./parse-record.ts";
export { recordId } from "./record-id.ts";

/**
 * One line of the journal. A line is complete or it is not there: a last line without "\n" is still being written, or was cut.
 * Fields that do not apply are absent, never null. Fields are only ever added: a reader keeps those that it does not know.
 */
export type JournalRecord = LogRecord | SpanOpenRecord | SpanCloseRecord;

interface Common {
  /** Epoch milliseconds. May go back. */
  readonly timestamp: number;
  readonly extensionId: string;
  readonly conversationId?: string;
  readonly turnId?: string;
  readonly parentSpanId?: string;
  readonly attributes?: Attributes;
  /** Large text, verbatim but for what was masked. */
  readonly body?: string;
}

export interface LogRecord extends Common {
  readonly kind: "log";
  readonly spanId?: string;
  readonly level: LogLevel;
  readonly msg: string;
}

interface SpanRecord extends Common {
  /** 16 hex digits. */
  readonly spanId: string;
  readonly name: string;
  readonly links?: readonly SpanLink[];
}

export interface SpanLink {
  readonly spanId: string;
  readonly turnId?: string;
  readonly reason?: string;
}

export interface SpanOpenRecord extends SpanRecord {
  readonly kind: "span-open";
}

export interface SpanCloseRecord extends SpanRecord {
  readonly kind: "span-close";
  readonly durationMs: number;
  readonly status: "ok" | "error";
  /** Those of the opening, and later ones over them. */
  readonly attributes?: Attributes;
}

/**
 * Of a record whose body was masked: the hash of the body as it was, by which others refer to it. The body that is there has another.
 */
export const maskedBodyHash = "body.hash";

/**
 * What the body of a `prompt` span says, as JSON: a request by the hashes of its texts. Its messages are the first `base.messages` of another manifest's, then these: so a step costs what it adds. Fields
 * are only ever added.
 */
export interface PromptManifest {
  readonly v: 1;
  readonly system: string;
  readonly tools: string;
  readonly base?: { readonly hash: string; readonly messages: number };
  readonly messages: readonly string[];
  readonly outputTokensMax?: number;
  readonly reasoningEffort?: NonNullable<ModelRequest["reasoningEffort"]>;
}
