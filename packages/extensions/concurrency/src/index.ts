import { defineExtension } from "@dispatch/kernel";
import { Ops } from "@dispatch/op-registry/contract";
import { ShapeModel } from "@dispatch/session-orchestrator/contract";
import { settingStore } from "@dispatch/setting-store";
import { limitedModel } from "./limited-model.ts";
import { ProviderLimits } from "./limits.ts";
import { concurrencyOps } from "./ops.ts";
import { defaultSettings, slotSettings } from "./settings.ts";

/** How many requests a provider gets at once; the others wait. */
export default defineExtension({
  id: "concurrency",
  version: "1.0.0",
  apiVersion: "1",
  tier: "standard",
  dependsOn: ["op-registry", "session-orchestrator"],
  capabilities: [],
  async activate(host) {
    const limits = host.own(await ProviderLimits.open(settingStore(host.store, "slots", slotSettings, defaultSettings), host.clock));
    for (const op of concurrencyOps(limits)) host.contribute(Ops, op);
    host.on(ShapeModel, (model, context) => limitedModel(model, limits.slots(context.providerId), (is) => context.waiting(is)));
  },
});
