import { sseEvent } from "./chat-completions.ts";

/**
 * The stream of OpenAI's `POST /v1/responses`, event by event, as it goes over the line. Pure: an answer is the concatenation of its items between
 * `responseStart` and `responseEnd`. Source: https://platform.openai.com/docs/api-reference/responses-streaming
 */
export interface ResponsesUsage {
  /** The whole prompt, cached tokens included. */
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly cachedTokens?: number;
  readonly reasoningTokens?: number;
}

const event = (type: string, fields: object): string => `event: ${type}\n${sseEvent({ type, ...fields })}`;
const head = { id: "resp_testkit", object: "response", created_at: 1_700_000_000, model: "scripted" };

export const responseStart = (): string => event("response.created", { response: { ...head, status: "in_progress", output: [] } });

export function messageItem(index: number, id: string, deltas: readonly string[]): string {
  const item = { type: "message", id, role: "assistant", status: "completed", content: [] };
  return itemOf(
    index,
    item,
    deltas.map((delta) => event("response.output_text.delta", { item_id: id, output_index: index, content_index: 0, delta })).join(""),
  );
}

/** A thought in so many summaries, encrypted at its end. */
export function reasoningItem(index: number, id: string, summaries: readonly string[], encrypted: string): string {
  const of = (summary_index: number) => ({ item_id: id, output_index: index, summary_index });
  const told = summaries.map(
    (text, at) =>
      event("response.reasoning_summary_part.added", { ...of(at), part: { type: "summary_text", text: "" } }) +
      event("response.reasoning_summary_text.delta", { ...of(at), delta: text }) +
      event("response.reasoning_summary_part.done", { ...of(at), part: { type: "summary_text", text } }),
  );
  return itemOf(index, { type: "reasoning", id, summary: [], encrypted_content: null }, told.join(""), { encrypted_content: encrypted });
}

export function callItem(index: number, id: string, callId: string, name: string, json: string): string {
  const item = { type: "function_call", id, call_id: callId, name, arguments: "" };
  const deltas = event("response.function_call_arguments.delta", { item_id: id, output_index: index, delta: json });
  return itemOf(index, item, deltas, { arguments: json, status: "completed" });
}

export function responseEnd({ inputTokens, outputTokens, cachedTokens, reasoningTokens }: ResponsesUsage = noUsage): string {
  const usage = {
    input_tokens: inputTokens,
    output_tokens: outputTokens,
    total_tokens: inputTokens + outputTokens,
    ...(cachedTokens === undefined ? {} : { input_tokens_details: { cached_tokens: cachedTokens } }),
    ...(reasoningTokens === undefined ? {} : { output_tokens_details: { reasoning_tokens: reasoningTokens } }),
  };
  return event("response.completed", { response: { ...head, status: "completed", output: [], usage } });
}

export const responsesAnswer = (deltas: readonly string[], usage: ResponsesUsage = noUsage): string =>
  responseStart() + messageItem(0, "msg_testkit", deltas) + responseEnd(usage);

/** Within a stream. */
export const responsesError = (code: string, message: string): string => event("error", { code, message, param: null, sequence_number: 3 });

const noUsage: ResponsesUsage = { inputTokens: 1, outputTokens: 1 };

function itemOf(index: number, item: object, between: string, done: object = {}): string {
  return (
    event("response.output_item.added", { output_index: index, item }) +
    between +
    event("response.output_item.done", { output_index: index, item: { ...item, ...done } })
  );
}
