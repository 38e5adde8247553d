import type { ConversationLog } from "@dispatch/conversation-store/contract";
import { type ImplementedOp, implement } from "@dispatch/op-registry/contract";
import {
  cancelQueuedMessage,
  clearCwd,
  closeConversation,
  enqueueMessage,
  getLast,
  getStatus,
  lastTimeoutMsDefault,
  listQueue,
  openConversation,
  setCwd,
  setModel,
  setReasoningEffort,
  setTitle,
  stopConversation,
} from "@dispatch/transport-contract";
import type { Conversations } from "./contract.ts";
import { UnknownConversation } from "./faults.ts";

/** What changes a conversation, or asks about its running turn. */
export function orchestratorOps(conversations: Conversations, log: ConversationLog): readonly ImplementedOp[] {
  return [
    implement(getStatus, async ({ conversationId }) => {
      const record = await log.record(conversationId);
      if (record === undefined) throw new UnknownConversation(conversationId);
      return { conversationId, isActive: conversations.isActive(conversationId), status: record.status };
    }),
    implement(getLast, async ({ conversationId, timeoutMs = lastTimeoutMsDefault }, { signal }) => {
      const { settled, turnId } = await conversations.settled(conversationId, timeoutMs, signal);
      const content = await log.lastReply(conversationId);
      return { conversationId, content, ...(turnId === undefined ? {} : { turnId }), ...(settled ? {} : { settled }) };
    }),
    implement(enqueueMessage, async ({ conversationId, text, workspaceId }) => ({
      conversationId,
      ...(await conversations.enqueue(conversationId, text, workspaceId)),
    })),
    implement(listQueue, async ({ conversationId }) => ({ conversationId, queue: await conversations.queue(conversationId) })),
    implement(cancelQueuedMessage, async ({ conversationId, messageId }) => ({
      conversationId,
      ...(await conversations.cancelQueued(conversationId, messageId)),
    })),
    implement(stopConversation, async ({ conversationId }) => ({ conversationId, ...(await conversations.stop(conversationId)) })),
    implement(closeConversation, async ({ conversationId }) => ({ conversationId, ...(await conversations.close(conversationId)) })),
    implement(openConversation, async ({ conversationId }) => {
      await conversations.open(conversationId);
      return { conversationId };
    }),
    implement(setCwd, async ({ conversationId, cwd, workspaceId }) => {
      const record = await conversations.change(conversationId, { cwd, ...(workspaceId === undefined ? {} : { workspaceId }) });
      return { conversationId, cwd: record.cwd };
    }),
    implement(clearCwd, async ({ conversationId }) => {
      await conversations.change(conversationId, { cwd: null });
      return { conversationId, cwd: null };
    }),
    implement(setModel, async ({ conversationId, model }) => {
      await conversations.change(conversationId, { model });
      return { conversationId, model };
    }),
    implement(setReasoningEffort, async ({ conversationId, reasoningEffort }) => {
      await conversations.change(conversationId, { reasoningEffort });
      return { conversationId, reasoningEffort };
    }),
    implement(setTitle, async ({ conversationId, title }) => {
      await conversations.change(conversationId, { title });
      return { conversationId, title };
    }),
  ];
}
