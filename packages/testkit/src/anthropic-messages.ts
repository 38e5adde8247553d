import { sseEvent } from "./chat-completions.ts";

/**
 * The stream of Anthropic's `POST /v1/messages`, event by event, as it goes over the line. Pure: an answer is the concatenation of its blocks
 * between `messageStart` and `messageEnd`. Source: https://platform.claude.com/docs/en/build-with-claude/streaming
 */
export interface MessagesUsage {
  /** Without what was read from the cache or written to it. */
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly cacheReadTokens?: number;
  readonly cacheWriteTokens?: number;
}

const event = (type: string, fields: object): string => `event: ${type}\n${sseEvent({ type, ...fields })}`;

export function messageStart({ inputTokens, cacheReadTokens, cacheWriteTokens }: MessagesUsage = noUsage): string {
  const usage = {
    input_tokens: inputTokens,
    output_tokens: 1,
    ...(cacheReadTokens === undefined ? {} : { cache_read_input_tokens: cacheReadTokens }),
    ...(cacheWriteTokens === undefined ? {} : { cache_creation_input_tokens: cacheWriteTokens }),
  };
  const message = {
    id: "msg_testkit",
    type: "message",
    role: "assistant",
    model: "scripted",
    content: [],
    stop_reason: null,
    stop_sequence: null,
    usage,
  };
  return event("message_start", { message });
}

export const textBlock = (index: number, deltas: readonly string[]): string =>
  block(
    index,
    { type: "text", text: "" },
    deltas.map((text) => ({ type: "text_delta", text })),
  );

/** A thought, signed at its end. */
export const thinkingBlock = (index: number, deltas: readonly string[], signature: string): string =>
  block(index, { type: "thinking", thinking: "", signature: "" }, [
    ...deltas.map((thinking) => ({ type: "thinking_delta", thinking })),
    { type: "signature_delta", signature },
  ]);

/** A thought that only Anthropic can read. */
export const redactedBlock = (index: number, data: string): string => block(index, { type: "redacted_thinking", data }, []);

export const toolUseBlock = (index: number, id: string, name: string, json: string): string =>
  block(index, { type: "tool_use", id, name, input: {} }, [{ type: "input_json_delta", partial_json: json }]);

export const messageEnd = (reason: string, { outputTokens }: MessagesUsage = noUsage): string =>
  event("message_delta", { delta: { stop_reason: reason, stop_sequence: null }, usage: { output_tokens: outputTokens } }) +
  event("message_stop", {});

export const messagesAnswer = (deltas: readonly string[], usage: MessagesUsage = noUsage): string =>
  messageStart(usage) + textBlock(0, deltas) + messageEnd("end_turn", usage);

/** Within a stream. */
export const messagesError = (type: string, message: string): string => event("error", { error: { type, message } });

/** The body of an answer that is not 2xx. */
export const messagesErrorBody = (message: string, type = "invalid_request_error"): string =>
  JSON.stringify({ type: "error", error: { type, message } });

export const messagesList = (ids: readonly string[]): string =>
  JSON.stringify({
    data: ids.map((id) => ({ type: "model", id, display_name: id })),
    has_more: false,
    first_id: ids[0],
    last_id: ids.at(-1),
  });

const noUsage: MessagesUsage = { inputTokens: 1, outputTokens: 1 };

function block(index: number, content: object, deltas: readonly object[]): string {
  return (
    event("content_block_start", { index, content_block: content }) +
    deltas.map((delta) => event("content_block_delta", { index, delta })).join("") +
    event("content_block_stop", { index })
  );
}
