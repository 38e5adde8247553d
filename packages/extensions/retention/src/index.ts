import { ConversationLog } from "@dispatch/conversation-store/contract";
import { defineExtension } from "@dispatch/kernel";
import { Ops } from "@dispatch/op-registry/contract";
import { ConversationKeepers, Conversations } from "@dispatch/session-orchestrator/contract";
import { pruneDaily } from "./daily.ts";
import { retentionOps } from "./ops.ts";
import { everywhere, policySettings } from "./policy.ts";
import { type Ages, pruneBy } from "./prune.ts";

/** Removes what a person no longer wants to keep: shown first, and never unless it was asked for. */
export default defineExtension({
  id: "retention",
  version: "1.0.0",
  apiVersion: "1",
  tier: "standard",
  dependsOn: ["op-registry", "conversation-store", "session-orchestrator"],
  capabilities: [],
  activate(host) {
    const [log, conversations] = [host.use(ConversationLog), host.use(Conversations)];
    const settings = policySettings(host.store);
    const prune = (ages: Ages, remove: boolean, signal: AbortSignal) => {
      const leftovers = host.gather(ConversationKeepers).flatMap((keeper) => keeper.leftovers ?? []);
      return pruneBy(ages, remove, { log, conversations, leftovers, clock: host.clock }, AbortSignal.any([signal, host.signal]));
    };
    for (const op of retentionOps(settings, prune)) host.contribute(Ops, op);
    const policy = () => settings.get(everywhere);
    host.spawn("prune-daily", (signal) =>
      pruneDaily({ clock: host.clock, journal: host.log, policy, prune: (ages) => prune(ages, true, signal) }, signal),
    );
  },
});
