import { ModelCatalog } from "@dispatch/credential-store/contract";
import { defineExtension, type Model } from "@dispatch/kernel";
import { Ops } from "@dispatch/op-registry/contract";
import { ConversationKeepers, Conversations, ShapeStep, TurnSealed } from "@dispatch/session-orchestrator/contract";
import { settingStore } from "@dispatch/setting-store";
import { percentDefault } from "./budget.ts";
import { Compactor } from "./compactor.ts";
import { ContextWindows } from "./context-windows.ts";
import { ConversationMemory } from "./conversation-memory.ts";
import { compactionOps } from "./ops.ts";
import { percentSetting } from "./setting.ts";

/** Keeps conversations within their model's context window: leaves out old tool outputs, and folds what is older into a summary. */
export default defineExtension({
  id: "compaction",
  version: "1.0.0",
  apiVersion: "1",
  tier: "standard",
  dependsOn: ["op-registry", "credential-store", "session-orchestrator"],
  capabilities: [],
  activate(host) {
    const catalog = host.use(ModelCatalog);
    const windows = new ContextWindows(catalog, host.signal);
    const memory = new ConversationMemory(host.store, settingStore(host.store, "percent", percentSetting, { threshold: percentDefault }));
    const compactor = new Compactor({
      conversations: host.use(Conversations),
      memory,
      windows,
      clock: host.clock,
      newId: () => crypto.randomUUID(),
      log: host.log,
      leaving: host.signal,
    });
    for (const op of compactionOps(compactor, memory)) host.contribute(Ops, op);
    host.contribute(ConversationKeepers, { name: "compaction marks", forget: (conversationId) => memory.forget(conversationId) });
    host.on(ShapeStep, (messages, context) => compactor.beforeStep(messages, context));
    host.on(TurnSealed, ({ conversationId, model: modelName, metrics, reason }) => {
      if (modelName === "") return;
      host.spawn("compact-after-turn", async (signal) => {
        const windowTokens = await windows.of(modelName, resolved(catalog, modelName));
        if (!signal.aborted) await compactor.afterTurn(conversationId, modelName, windowTokens, metrics, reason);
      });
    });
  },
});

function resolved(catalog: ModelCatalog, modelName: string): Model | undefined {
  try {
    return catalog.resolve(modelName).model;
  } catch {
    // Its credential is gone: nobody can be asked for a summary either.
    return undefined;
  }
}
