import { type ImplementedOp, implement } from "@dispatch/op-registry/contract";
import { compactConversation, getCompactPercent, setCompactPercent } from "@dispatch/transport-contract";
import type { Compactor } from "./compactor.ts";
import type { ConversationMemory } from "./conversation-memory.ts";

export function compactionOps(compactor: Compactor, memory: ConversationMemory): readonly ImplementedOp[] {
  const told = (conversationId: string, percent: number) => ({ conversationId, threshold: percent, percent });
  return [
    implement(compactConversation, async (wish, { signal }) => {
      const { archiveId, messagesFolded, messagesKept } = await compactor.onRequest({ ...wish, signal });
      return { conversationId: wish.conversationId, newConversationId: archiveId, messagesSummarized: messagesFolded, messagesKept };
    }),
    implement(getCompactPercent, async ({ conversationId }) => told(conversationId, (await memory.of(conversationId)).percent)),
    implement(setCompactPercent, async ({ conversationId, threshold }) =>
      told(conversationId, await memory.setPercent(conversationId, threshold)),
    ),
  ];
}
