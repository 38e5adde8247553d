import type { SdkCall } from "@dispatch/ai-sdk-model";

/**
 * Marks up to where a request's prefix is worth keeping, with the four marks that Anthropic allows: the tools, the system prompt, the last
 * message, and the message that the previous step's request ended with. Anthropic looks back twenty blocks from a mark for what it has kept,
 * and one step can add more than that: the fourth mark stands where the last request put its own. The marked parts are copies, because messages and tools are
 * shared by all requests.
 */
export function withCacheBreakpoints(call: SdkCall): SdkCall {
  const { prompt, tools } = call;
  const marked = new Set([prompt.findIndex(isSystem), endOfPreviousRequest(prompt), prompt.length - 1]);
  return {
    ...call,
    prompt: prompt.map((message, index) => (marked.has(index) ? { ...message, providerOptions: mark } : message)),
    ...(tools === undefined
      ? {}
      : { tools: tools.map((tool, index) => (index === tools.length - 1 ? { ...tool, providerOptions: mark } : tool)) }),
  };
}

const mark = { anthropic: { cacheControl: { type: "ephemeral" } } };

type Prompt = SdkCall["prompt"];
const isSystem = ({ role }: Prompt[number]): boolean => role === "system";

/** The request that led to the last answer ended before it. */
const endOfPreviousRequest = (prompt: Prompt): number => prompt.findLastIndex(({ role }) => role === "assistant") - 1;
