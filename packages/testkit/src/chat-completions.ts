/**
 * The stream of OpenAI's `POST /v1/chat/completions`, chunk by chunk, as the server-sent events that go over the line. Pure: every function
 * returns the text of whole events, so an answer is their concatenation.
 * Source: https://platform.openai.com/docs/api-reference/chat-streaming; `reasoning_content` is DeepSeek's addition that most servers follow.
 */
export interface ChatUsage {
  /** The whole prompt, cached tokens included. */
  readonly promptTokens: number;
  readonly completionTokens: number;
  readonly cachedTokens?: number;
  readonly reasoningTokens?: number;
}

/** A piece of one tool call. The first piece carries `id` and `name`; all pieces of a call share `index`. */
export interface ToolCallPiece {
  readonly index: number;
  readonly id?: string;
  readonly name?: string;
  readonly arguments?: string;
}

export interface WholeToolCall {
  readonly id: string;
  readonly name: string;
  /** The JSON text as the model writes it. */
  readonly arguments: string;
}

/** One event of any JSON, or of any text that only looks like it. */
export const sseEvent = (data: unknown): string => `data: ${typeof data === "string" ? data : JSON.stringify(data)}\n\n`;

export const roleChunk = (): string => choice({ role: "assistant", content: "" });
export const contentChunk = (text: string): string => choice({ content: text });
export const reasoningChunk = (text: string): string => choice({ reasoning_content: text });

export function toolCallChunk(...pieces: readonly ToolCallPiece[]): string {
  return choice({ tool_calls: pieces.map(toolCallPiece) });
}

export const finishChunk = (reason: string): string => choice({}, reason);

/** Comes after the finish, without a choice, as servers send it when asked for `stream_options.include_usage`. */
export function usageChunk({ promptTokens, completionTokens, cachedTokens, reasoningTokens }: ChatUsage): string {
  return sseEvent({
    ...head,
    choices: [],
    usage: {
      prompt_tokens: promptTokens,
      completion_tokens: completionTokens,
      total_tokens: promptTokens + completionTokens,
      ...(cachedTokens === undefined ? {} : { prompt_tokens_details: { cached_tokens: cachedTokens } }),
      ...(reasoningTokens === undefined ? {} : { completion_tokens_details: { reasoning_tokens: reasoningTokens } }),
    },
  });
}

/** An error that a server reports after it has begun to stream. */
export const errorChunk = (message: string, code?: string | number): string =>
  sseEvent({ error: { message, type: "server_error", ...(code === undefined ? {} : { code }) } });

/** What ends every complete stream. */
export const doneEvent: string = sseEvent("[DONE]");

/** A complete answer in text: role, one chunk a delta, finish, usage if given, end. */
export function textAnswer(deltas: readonly string[], usage?: ChatUsage): string {
  return roleChunk() + deltas.map(contentChunk).join("") + ending("stop", usage);
}

/** A complete answer that calls tools one after another, each call's arguments cut into pieces of `pieceLength` characters. */
export function toolCallAnswer(calls: readonly WholeToolCall[], pieceLength = 16, usage?: ChatUsage): string {
  const chunks = calls.flatMap(({ id, name, arguments: text }, index) => [
    toolCallChunk({ index, id, name, arguments: "" }),
    ...cut(text, pieceLength).map((piece) => toolCallChunk({ index, arguments: piece })),
  ]);
  return roleChunk() + chunks.join("") + ending("tool_calls", usage);
}

/** `finish`, `usage` if given, and the end of the stream. */
export function ending(reason: string, usage?: ChatUsage): string {
  return finishChunk(reason) + (usage === undefined ? "" : usageChunk(usage)) + doneEvent;
}

/** The body of an answer that is not 2xx. */
export const chatErrorBody = (message: string): string => JSON.stringify({ error: { message, type: "invalid_request_error", code: null } });

/** The body of `GET /v1/models`. */
export const modelList = (ids: readonly string[]): string =>
  JSON.stringify({ object: "list", data: ids.map((id) => ({ id, object: "model", created: 0, owned_by: "testkit" })) });

const head = { id: "chatcmpl-testkit", object: "chat.completion.chunk", created: 1_700_000_000, model: "scripted" };

function choice(delta: object, finishReason: string | null = null): string {
  return sseEvent({ ...head, choices: [{ index: 0, delta, finish_reason: finishReason }] });
}

function toolCallPiece({ index, id, name, arguments: text }: ToolCallPiece) {
  const called = { ...(name === undefined ? {} : { name }), ...(text === undefined ? {} : { arguments: text }) };
  return { index, ...(id === undefined ? {} : { id, type: "function" }), function: called };
}

function cut(text: string, length: number): readonly string[] {
  const characters = Array.from(text);
  const pieces: string[] = [];
  for (let at = 0; at < characters.length; at += length) pieces.push(characters.slice(at, at + length).join(""));
  return pieces;
}
