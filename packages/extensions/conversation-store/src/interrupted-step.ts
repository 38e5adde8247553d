import type { Message, MessagePart } from "@dispatch/kernel";
import type { ErrorChunk } from "@dispatch/wire";
import { interruptedText, type TailItem } from "./contract.ts";
import { resultChunk } from "./reconcile.ts";

const notStartedText = "Not run: the server stopped before this tool was started.";
/**
 * The messages that an interrupted step leaves: all that a client saw of it, the mark that says why it ended, and behind it one result a call. A call
 * that had started and not finished says that its effects are unknown. Nothing streamed: no message.
 */
export function interruptedStep(tail: readonly TailItem[], mark: ErrorChunk, newId: () => string): readonly Message[] {
  const parts: MessagePart[] = [];
  const started = new Set<string>();
  const output = new Map<string, string>();
  const outcomes = new Map<string, { readonly content: string; readonly isError: boolean }>();
  const calls: Extract<TailItem, { type: "call" }>[] = [];
  for (const item of tail) {
    switch (item.type) {
      case "text":
      case "thinking": {
        const last = parts.at(-1)?.chunk;
        if (last?.type === item.type) parts[parts.length - 1] = { chunk: { type: item.type, text: last.text + item.text } };
        else parts.push({ chunk: item });
        break;
      }
      case "call":
        calls.push(item);
        parts.push({ chunk: { ...item, type: "tool-call" } });
        break;
      case "intent":
        started.add(item.toolCallId);
        break;
      case "output":
        output.set(item.toolCallId, (output.get(item.toolCallId) ?? "") + item.data);
        break;
      case "outcome":
        outcomes.set(item.toolCallId, item);
        break;
      case "usage":
        break;
    }
  }
  if (parts.length === 0) return [];
  const assistant: Message = { id: newId(), role: "assistant", parts: [...parts, { chunk: mark }] };
  const results = calls.map((call): Message => {
    const outcome = outcomes.get(call.toolCallId) ?? { content: unfinished(call.toolCallId), isError: true };
    return { id: newId(), role: "tool", parts: [{ chunk: resultChunk(call, outcome.content, outcome.isError) }] };
  });
  return [assistant, ...results];

  function unfinished(toolCallId: string): string {
    if (!started.has(toolCallId)) return notStartedText;
    const seen = output.get(toolCallId);
    return seen === undefined ? interruptedText : `${interruptedText}\nIts output until then:\n${seen}`;
  }
}
