import type { Message, MessagePart } from "@dispatch/kernel";
import type { ToolCallChunk, ToolResultChunk } from "@dispatch/wire";
import { interruptedText } from "./contract.ts";

interface Slot {
  readonly call: ToolCallChunk;
  result?: Message;
}

/**
 * Makes a log fit for a model: directly behind each message with tool calls stands exactly one result a call, in call order. A result belongs
 * to the latest call of its id before it. A call without a result gets one that says it was interrupted; a result without a call is left out.
 */
export function reconcile(messages: readonly Message[]): readonly Message[] {
  const latest = new Map<string, Slot>();
  const slotsOf = new Map<Message, readonly Slot[]>();
  for (const message of messages) {
    if (message.role === "tool") {
      for (const part of message.parts) place(message, part, latest);
      continue;
    }
    const slots = callsOf(message).map((call): Slot => ({ call }));
    for (const slot of slots) latest.set(slot.call.toolCallId, slot);
    slotsOf.set(message, slots);
  }
  return messages
    .filter(({ role }) => role !== "tool")
    .flatMap((message) => [message, ...(slotsOf.get(message) ?? []).map(({ call, result }) => result ?? interruptedResult(call))]);
}

function place(message: Message, part: MessagePart, latest: ReadonlyMap<string, Slot>): void {
  if (part.chunk.type !== "tool-result") return;
  const slot = latest.get(part.chunk.toolCallId);
  if (slot === undefined || slot.result !== undefined) return;
  slot.result = message.parts.length === 1 ? message : { ...message, id: `${message.id}:${part.chunk.toolCallId}`, parts: [part] };
}

const interruptedResult = (call: ToolCallChunk): Message => ({
  id: `${call.toolCallId}:interrupted`,
  role: "tool",
  parts: [{ chunk: resultChunk(call, interruptedText, true) }],
});

export function resultChunk(
  call: { readonly toolCallId: string; readonly toolName: string; readonly stepId?: string | undefined },
  content: string,
  isError: boolean,
): ToolResultChunk {
  const { toolCallId, toolName, stepId } = call;
  return { type: "tool-result", toolCallId, toolName, content, isError, ...(stepId === undefined ? {} : { stepId }) };
}

export const callsOf = ({ role, parts }: Message): readonly ToolCallChunk[] =>
  role === "assistant" ? parts.flatMap(({ chunk }) => (chunk.type === "tool-call" ? [chunk] : [])) : [];
