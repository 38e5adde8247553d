/**
 * The names of OpenTelemetry's semantic conventions for generative AI, as of version 1.38 (in development there, so that they may change): this is the one
 * place that knows them.
 */
export const genAi = {
  operation: "gen_ai.operation.name",
  provider: "gen_ai.provider.name",
  requestModel: "gen_ai.request.model",
  conversationId: "gen_ai.conversation.id",
  agentName: "gen_ai.agent.name",
  finishReasons: "gen_ai.response.finish_reasons",
  inputTokens: "gen_ai.usage.input_tokens",
  outputTokens: "gen_ai.usage.output_tokens",
  cacheReadTokens: "gen_ai.usage.cache_read.input_tokens",
  cacheWriteTokens: "gen_ai.usage.cache_creation.input_tokens",
  toolName: "gen_ai.tool.name",
  toolCallId: "gen_ai.tool.call.id",
  toolType: "gen_ai.tool.type",
  inputMessages: "gen_ai.input.messages",
  errorType: "error.type",
} as const;

export type Operation = "invoke_agent" | "chat" | "execute_tool";

/** Which operation of the conventions a span of ours is. Those that are none keep their name. */
export const operations: ReadonlyMap<string, Operation> = new Map([
  ["turn", "invoke_agent"],
  ["provider.request", "chat"],
  ["tool-call", "execute_tool"],
]);

/** Attributes of ours that have a name there. */
export const attributeNames: ReadonlyMap<string, string> = new Map([
  ["usage.inputTokens", genAi.inputTokens],
  ["usage.outputTokens", genAi.outputTokens],
  ["usage.cacheReadTokens", genAi.cacheReadTokens],
  ["usage.cacheWriteTokens", genAi.cacheWriteTokens],
  ["model", genAi.requestModel],
  ["provider", genAi.provider],
  ["toolCallId", genAi.toolCallId],
]);

export const agentName = "dispatch";
