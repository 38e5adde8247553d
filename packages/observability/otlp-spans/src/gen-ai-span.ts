import type { FinishedSpan } from "./finished-span.ts";
import { agentName, attributeNames, genAi, type Operation, operations } from "./gen-ai-names.ts";

export type Value = string | number | boolean | readonly string[];

export interface GenAiSpan {
  readonly name: string;
  /** The request leaves this process. */
  readonly isClient: boolean;
  readonly attributes: readonly (readonly [name: string, value: Value])[];
}

/** A span of ours under the names that others know it by. What has no such name is told as `dispatch.<name>`. */
export function genAiSpan(span: FinishedSpan): GenAiSpan {
  const operation = operations.get(span.name);
  const attributes: (readonly [string, Value])[] = [["dispatch.span", span.name]];
  const add = (name: string, value: Value | null | undefined) => {
    if (value !== null && value !== undefined) attributes.push([name, value]);
  };
  add(genAi.operation, operation);
  add(genAi.conversationId, span.conversationId);
  add("dispatch.turn.id", span.turnId);
  if (operation === "invoke_agent") add(genAi.agentName, agentName);
  if (operation === "execute_tool") add(genAi.toolType, "function");
  for (const [name, value] of Object.entries(span.attributes)) add(...renamed(name, value, operation));
  if (span.status === "error") add(genAi.errorType, String(span.attributes["error.code"] ?? "_OTHER"));
  if (span.status === "unset") add("dispatch.unfinished", true);
  add(genAi.inputMessages, span.content);
  return { name: spanName(span, operation), isClient: operation === "chat", attributes };
}

type Ours = FinishedSpan["attributes"][string];

function renamed(name: string, value: Ours, operation: Operation | undefined): readonly [name: string, value: Value | null] {
  if (name === "finishReason" && typeof value === "string") return [genAi.finishReasons, [value]];
  if (name === "name" && operation === "execute_tool") return [genAi.toolName, value];
  const known = attributeNames.get(name);
  return [known ?? (/^(?:error|exception)\./.test(name) ? name : `dispatch.${name}`), value];
}

function spanName({ name, attributes }: FinishedSpan, operation: Operation | undefined): string {
  if (operation === undefined) return name;
  const of = { invoke_agent: agentName, chat: attributes.model, execute_tool: attributes.name }[operation];
  return typeof of === "string" ? `${operation} ${of}` : operation;
}
