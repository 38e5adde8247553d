import type { ModelServerRequest } from "@dispatch/testkit";

/** What a request shows the model. */
export interface ShownMessage {
  readonly role: string;
  readonly content?: unknown;
  readonly tool_calls?: readonly { readonly id: string; readonly function: { readonly arguments: string } }[];
  readonly tool_call_id?: string;
}

export const shownTo = ({ body }: ModelServerRequest): readonly ShownMessage[] =>
  (body as { readonly messages: readonly ShownMessage[] }).messages;

export const isSummary = (request: ModelServerRequest): boolean => String(shownTo(request)[0]?.content).startsWith("You keep the memory");

/** Which of these prompts was the last, and how many calls have come to an end since: one that was interrupted is made again. */
export function stepsOf(
  request: ModelServerRequest,
  prompts: readonly string[],
): { readonly prompt: string | undefined; readonly results: number } {
  const messages = shownTo(request);
  const named = ({ content }: ShownMessage) => prompts.find((prompt) => String(content).split("\n\n").includes(prompt));
  const at = messages.findLastIndex((message) => message.role === "user" && named(message) !== undefined);
  const found = messages[at];
  const results = messages.slice(at).filter(({ role, content }) => role === "tool" && !/^(Interrupted|Not run)/.test(String(content)));
  return { prompt: found === undefined ? undefined : named(found), results: at < 0 ? 0 : results.length };
}

/** One system message at the top, each call with its result directly behind it, and no result without its call. What does not hold is said. */
export function wholeness(request: ModelServerRequest): readonly string[] {
  const messages = shownTo(request);
  const wrong: string[] = [];
  for (const [index, { tool_calls = [] }] of messages.entries()) {
    const behind = messages.slice(index + 1, index + 1 + tool_calls.length).map(({ tool_call_id }) => tool_call_id);
    const calls = tool_calls.map(({ id }) => id);
    if (behind.join() !== calls.join()) wrong.push(`calls ${calls.join()} of a request are followed by ${behind.join()}`);
  }
  const results = messages.filter(({ role }) => role === "tool").length;
  const calls = messages.flatMap(({ tool_calls = [] }) => tool_calls).length;
  if (results !== calls) wrong.push(`a request shows ${calls} calls and ${results} results`);
  if (messages.map(({ role }) => role).lastIndexOf("system") > 0) wrong.push("a system message stands in the middle of a request");
  return wrong;
}
