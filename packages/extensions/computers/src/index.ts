import { ConversationLog } from "@dispatch/conversation-store/contract";
import { CallTool, defineExtension, refuse } from "@dispatch/kernel";
import { Ops } from "@dispatch/op-registry/contract";
import { Conversations } from "@dispatch/session-orchestrator/contract";
import { WorkspaceDefaults } from "@dispatch/workspaces/contract";
import { computerOps } from "./ops.ts";
import { WantedComputers } from "./wanted-computers.ts";

/** Says that there are no other computers, and keeps tools from running here for a conversation that is to work elsewhere. */
export default defineExtension({
  id: "computers",
  version: "1.0.0",
  apiVersion: "1",
  tier: "standard",
  dependsOn: ["op-registry", "conversation-store", "session-orchestrator", "workspaces"],
  capabilities: [],
  activate(host) {
    const log = host.use(ConversationLog);
    const defaults = host.use(WorkspaceDefaults);
    const wanted = new WantedComputers(log, (workspaceId) => defaults.computerOf(workspaceId));
    for (const op of computerOps(host.use(Conversations), log)) host.contribute(Ops, op);
    host.on(CallTool, async (call, next) => {
      const computerId = await wanted.of(call.conversationId, call.turnId);
      return computerId === null ? next(call) : refuse(elsewhere(computerId));
    });
  },
});

const elsewhere = (computerId: string): string =>
  `Nothing was run: this conversation is to work on the computer ${JSON.stringify(computerId)}, which this server cannot reach. Do not try other tools; tell the person to clear the conversation's or its workspace's computer, so that tools run on the server's own machine.`;
