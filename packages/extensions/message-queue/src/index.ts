import { ChangeFeed } from "@dispatch/change-feed";
import { defineExtension } from "@dispatch/kernel";
import { Conversations, QueueChanged } from "@dispatch/session-orchestrator/contract";
import { Surfaces } from "@dispatch/surface-registry/contract";
import { queueSurface } from "./surface.ts";

export default defineExtension({
  id: "message-queue",
  version: "1.0.0",
  apiVersion: "1",
  tier: "standard",
  dependsOn: ["session-orchestrator", "surface-registry"],
  capabilities: [],
  activate(host) {
    const conversations = host.use(Conversations);
    const changed = new ChangeFeed();
    host.on(QueueChanged, ({ conversationId }) => changed.emit(conversationId));
    host.contribute(Surfaces, queueSurface({ queue: (conversationId) => conversations.queue(conversationId), changed }));
  },
});
