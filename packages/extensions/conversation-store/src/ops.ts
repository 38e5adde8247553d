import { type ImplementedOp, implement } from "@dispatch/op-registry/contract";
import { getConversation, getCwd, getMetrics, getModel, getReasoningEffort, listConversations } from "@dispatch/transport-contract";
import type { ConversationMeta } from "@dispatch/wire";
import type { ConversationLog, ConversationRecord } from "./contract.ts";

/** What is read of a log. An unknown conversation reads as an empty one. */
export function conversationOps(log: ConversationLog): readonly ImplementedOp[] {
  return [
    implement(listConversations, async ({ q, status, workspaceId }) => {
      const found = await log.list({
        ...(q === undefined ? {} : { idPrefix: q }),
        ...(status === undefined ? {} : { statuses: status }),
        ...(workspaceId === undefined ? {} : { workspaceId }),
      });
      return { conversations: found.map(metaOf) };
    }),
    implement(getConversation, async ({ conversationId, sinceSeq = 0, beforeSeq, limit }) => {
      const chunks = await log.chunks(conversationId, {
        sinceSeq,
        ...(beforeSeq === undefined ? {} : { beforeSeq }),
        ...(limit === undefined ? {} : { limit }),
      });
      return { chunks, latestSeq: chunks.at(-1)?.seq ?? sinceSeq };
    }),
    implement(getMetrics, async ({ conversationId }) => ({ turns: await log.metrics(conversationId) })),
    implement(getCwd, async ({ conversationId }) => ({ conversationId, cwd: (await log.record(conversationId))?.cwd ?? null })),
    implement(getModel, async ({ conversationId }) => ({ conversationId, model: (await log.record(conversationId))?.model ?? null })),
    implement(getReasoningEffort, async ({ conversationId }) => ({
      conversationId,
      reasoningEffort: (await log.record(conversationId))?.reasoningEffort ?? null,
    })),
  ];
}

/** The part of a record that crosses the wire. */
const metaOf = ({ id, createdAt, lastActivityAt, title, status, workspaceId, compactedFrom }: ConversationRecord): ConversationMeta => ({
  id,
  createdAt,
  lastActivityAt,
  title,
  status,
  workspaceId,
  ...(compactedFrom === undefined ? {} : { compactedFrom }),
});
