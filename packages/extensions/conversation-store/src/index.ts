import { defineExtension } from "@dispatch/kernel";
import { Ops } from "@dispatch/op-registry/contract";
import { ConversationLog } from "./contract.ts";
import { conversationLog } from "./log.ts";
import { conversationOps } from "./ops.ts";

/** Keeps every conversation as an append-only log; what was appended is never edited. */
export default defineExtension({
  id: "conversation-store",
  version: "1.0.0",
  apiVersion: "1",
  tier: "core",
  dependsOn: ["op-registry"],
  capabilities: [],
  activate(host) {
    const log = conversationLog(host.store, { clock: host.clock, newId: () => crypto.randomUUID() });
    host.provide(ConversationLog, log);
    for (const op of conversationOps(log)) host.contribute(Ops, op);
  },
});
