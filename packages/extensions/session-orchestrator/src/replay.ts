import { interruptedCode, type OpenTurn } from "@dispatch/conversation-store/contract";
import type { Message } from "@dispatch/kernel";
import type { AgentEvent, Chunk } from "@dispatch/wire";

/** What a turn tells first. */
export const promptEvent = (conversationId: string, { turnId, promptText: text, promptSeq: seq }: OpenTurn): AgentEvent => ({
  type: "user-message",
  conversationId,
  turnId,
  text,
  ...(seq === undefined ? {} : { seq }),
});

/** What watchers of a turn were told, told again from its stored messages: for those who join after a restart. */
export function replayOf(conversationId: string, open: OpenTurn, messages: readonly Message[]): readonly AgentEvent[] {
  const ids = { conversationId, turnId: open.turnId };
  const prompt = messages.findIndex(({ id }) => id === open.promptId);
  // Folded away: what is left of the turn stands behind the summary.
  const own = messages.slice(prompt === -1 ? 1 : prompt + 1);
  const events: AgentEvent[] = [promptEvent(conversationId, open), { type: "turn-start", ...ids }];
  let step = prompt === -1 ? Math.max(0, open.steps.length - own.filter(({ role }) => role === "assistant").length) : 0;
  for (const message of own) {
    for (const { chunk } of message.parts) events.push(...eventsOf(chunk, message.role, ids, `${open.turnId}#${step}`));
    if (message.role === "assistant") events.push({ type: "step-complete", ...ids, stepId: `${open.turnId}#${step++}` });
  }
  return events;
}

function eventsOf(
  chunk: Chunk,
  role: Message["role"],
  ids: { readonly conversationId: string; readonly turnId: string },
  currentStep: string,
): readonly AgentEvent[] {
  switch (chunk.type) {
    case "text":
      return [role === "user" ? { type: "steering", ...ids, text: chunk.text } : { type: "text-delta", ...ids, delta: chunk.text }];
    case "thinking":
      return [{ type: "reasoning-delta", ...ids, delta: chunk.text }];
    case "tool-call":
      return [
        {
          type: "tool-call",
          ...ids,
          stepId: chunk.stepId ?? currentStep,
          toolCallId: chunk.toolCallId,
          toolName: chunk.toolName,
          input: chunk.input,
        },
      ];
    case "tool-result":
      return [
        {
          type: "tool-result",
          ...ids,
          stepId: chunk.stepId ?? currentStep,
          toolCallId: chunk.toolCallId,
          toolName: chunk.toolName,
          content: chunk.content,
          isError: chunk.isError,
        },
      ];
    case "error":
      return chunk.code === interruptedCode
        ? []
        : [{ type: "error", ...ids, message: chunk.message, ...(chunk.code === undefined ? {} : { code: chunk.code }) }];
    case "system":
    case "image":
      return [];
  }
}
