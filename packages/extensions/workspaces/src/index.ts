import { ConversationLog } from "@dispatch/conversation-store/contract";
import { defineExtension } from "@dispatch/kernel";
import { Ops } from "@dispatch/op-registry/contract";
import { Conversations, ShapeFolder } from "@dispatch/session-orchestrator/contract";
import { DeleteWorkspace, WorkspaceDefaults } from "./contract.ts";
import { workspaceOps } from "./ops.ts";
import { createWorkspaces } from "./workspaces.ts";

/** Named groups of conversations, each with the folder that its conversations work in. */
export default defineExtension({
  id: "workspaces",
  version: "1.0.0",
  apiVersion: "1",
  tier: "standard",
  dependsOn: ["op-registry", "conversation-store", "session-orchestrator"],
  capabilities: [],
  activate(host) {
    const workspaces = createWorkspaces({
      store: host.store,
      log: host.use(ConversationLog),
      conversations: host.use(Conversations),
      clock: host.clock,
      deleting: (workspaceId, remove) => host.fire(DeleteWorkspace, { workspaceId }, remove),
    });
    host.provide(WorkspaceDefaults, { computerOf: (workspaceId) => workspaces.computerOf(workspaceId) });
    for (const op of workspaceOps(workspaces)) host.contribute(Ops, op);
    host.on(ShapeFolder, (folder, { workspaceId }) => workspaces.folderOf(workspaceId, folder));
  },
});
