import { defineExtension } from "@dispatch/kernel";
import { Ops } from "@dispatch/op-registry/contract";
import { ConversationKeepers, ShapeModel } from "@dispatch/session-orchestrator/contract";
import { thinkingOps } from "./ops.ts";
import { thinkLittle } from "./think-little.ts";
import { thinkingSettings } from "./thinking-settings.ts";

/** Lets a person turn a model's thinking off in a conversation, as far as a request can say that. */
export default defineExtension({
  id: "thinking",
  version: "1.0.0",
  apiVersion: "1",
  tier: "standard",
  dependsOn: ["op-registry", "session-orchestrator"],
  capabilities: [],
  activate(host) {
    const settings = thinkingSettings(host.store);
    for (const op of thinkingOps(settings)) host.contribute(Ops, op);
    host.contribute(ConversationKeepers, { name: "thinking settings", forget: async (id) => void (await settings.clear(id)) });
    host.on(ShapeModel, async (model, { conversationId }) => {
      const { thinking } = await settings.get(conversationId);
      return thinking ? model : thinkLittle(model);
    });
  },
});
