export type Role = "system" | "user" | "assistant" | "tool";

/** One piece of a message. The set is closed: clients break on a `type` they do not know. */
export type Chunk = TextChunk | ThinkingChunk | ToolCallChunk | ToolResultChunk | ErrorChunk | SystemChunk | ImageChunk;

export interface TextChunk {
  readonly type: "text";
  readonly text: string;
}

/** The model's reasoning. */
export interface ThinkingChunk {
  readonly type: "thinking";
  readonly text: string;
}

export interface ToolCallChunk {
  readonly type: "tool-call";
  readonly toolCallId: string;
  readonly toolName: string;
  /** Parsed JSON; `null` when the model's text was not JSON. */
  readonly input: unknown;
  readonly stepId?: string;
}

export interface ToolResultChunk {
  readonly type: "tool-result";
  readonly toolCallId: string;
  readonly toolName: string;
  readonly content: string;
  readonly isError: boolean;
  readonly stepId?: string;
}

/** Why a step failed or was cut. For people; it never reaches a model. */
export interface ErrorChunk {
  readonly type: "error";
  readonly message: string;
  readonly code?: string;
}

export interface SystemChunk {
  readonly type: "system";
  readonly text: string;
}

export interface ImageChunk {
  readonly type: "image";
  /** A data URL, an http(s) URL, or a server-relative path `/images/<conversationId>/<file>`. */
  readonly url: string;
  readonly mimeType?: string;
}

/** A chunk as the log keeps it. `seq` starts at 1 in each conversation and has no holes. */
export interface StoredChunk {
  readonly seq: number;
  readonly role: Role;
  readonly chunk: Chunk;
  /** Durable id of the message this chunk belongs to; adjacent messages never share one. */
  readonly messageId: string;
}
