import { ConversationLog } from "@dispatch/conversation-store/contract";
import { Booted, defineExtension } from "@dispatch/kernel";
import { Ops } from "@dispatch/op-registry/contract";
import { ConversationKeepers, Conversations, ShapeTurn, TurnSealed } from "@dispatch/session-orchestrator/contract";
import { DeleteWorkspace } from "@dispatch/workspaces/contract";
import { Heartbeats } from "./heartbeats.ts";
import { heartbeatOps } from "./ops.ts";
import { runLog } from "./run-log.ts";
import { heartbeatSettings } from "./settings.ts";

/** Turns that a workspace begins by itself, at an interval. */
export default defineExtension({
  id: "heartbeat",
  version: "1.0.0",
  apiVersion: "1",
  tier: "standard",
  dependsOn: ["op-registry", "conversation-store", "session-orchestrator", "workspaces"],
  capabilities: [],
  async activate(host) {
    const runs = runLog(host.store);
    const heartbeats = new Heartbeats({
      store: host.store,
      settings: heartbeatSettings(host.store),
      runs,
      conversations: host.use(Conversations),
      log: host.use(ConversationLog),
      clock: host.clock,
      journal: host.log,
      newId: () => crypto.randomUUID(),
    });
    await heartbeats.load();
    for (const op of heartbeatOps(heartbeats, runs)) host.contribute(Ops, op);
    host.contribute(ConversationKeepers, { name: "heartbeat prompts", forget: (id) => host.store.commit(runs.forgetPrompt(id)) });
    host.on(ShapeTurn, async (shape, { conversationId }) => {
      const prompt = await runs.systemPrompt(conversationId);
      return prompt === undefined ? shape : { ...shape, system: [prompt, shape.system].filter((text) => text !== "").join("\n\n") };
    });
    host.on(TurnSealed, ({ conversationId, reason }) => heartbeats.sealed(conversationId, reason));
    host.on(DeleteWorkspace, async (deleted, next) => {
      await heartbeats.end(deleted.workspaceId);
      return next(deleted);
    });
    host.on(Booted, () => void host.spawn("beat", (signal) => heartbeats.run(signal)));
  },
});
