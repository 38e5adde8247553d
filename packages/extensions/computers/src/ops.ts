import type { ConversationLog } from "@dispatch/conversation-store/contract";
import { type ImplementedOp, implement } from "@dispatch/op-registry/contract";
import type { Conversations } from "@dispatch/session-orchestrator/contract";
import {
  clearConversationComputer,
  getComputer,
  getComputerStatus,
  getConversationComputer,
  listComputers,
  setConversationComputer,
  testComputer,
} from "@dispatch/transport-contract";
import { UnknownComputer } from "./faults.ts";

const unreachable = "This server reaches no other computers: tools run on its own machine.";

export function computerOps(conversations: Pick<Conversations, "change">, log: Pick<ConversationLog, "record">): readonly ImplementedOp[] {
  return [
    implement(listComputers, async () => ({ computers: [] })),
    implement(getComputer, async ({ alias }) => {
      throw new UnknownComputer(alias);
    }),
    implement(getComputerStatus, async ({ alias }) => ({ alias, state: "disconnected" as const, knownHost: false })),
    implement(testComputer, async ({ alias }) => ({ alias, ok: false, error: unreachable })),
    implement(getConversationComputer, async ({ conversationId }) => {
      const record = await log.record(conversationId);
      return { conversationId, computerId: record?.computerId || null };
    }),
    implement(setConversationComputer, async ({ conversationId, computerId, workspaceId }) => {
      await conversations.change(conversationId, { computerId, ...(workspaceId === undefined ? {} : { workspaceId }) });
      return { conversationId, computerId };
    }),
    implement(clearConversationComputer, async ({ conversationId }) => {
      await conversations.change(conversationId, { computerId: null });
      return { conversationId, computerId: null };
    }),
  ];
}
