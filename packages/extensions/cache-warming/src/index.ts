import { ChangeFeed } from "@dispatch/change-feed";
import { ConversationLog } from "@dispatch/conversation-store/contract";
import { defineExtension } from "@dispatch/kernel";
import { Ops } from "@dispatch/op-registry/contract";
import { ConversationKeepers, Conversations, StatusChanged, TurnSealed, TurnStarted } from "@dispatch/session-orchestrator/contract";
import { Surfaces } from "@dispatch/surface-registry/contract";
import type { z } from "zod";
import { config } from "./config.ts";
import { warmingOps } from "./ops.ts";
import { warmSettings } from "./settings.ts";
import { warmingSurface } from "./surface.ts";
import { Warmer } from "./warmer.ts";

/** Keeps the provider's cache of an idle conversation warm, where a person wants that. */
export default defineExtension<z.infer<typeof config>>({
  id: "cache-warming",
  version: "1.0.0",
  apiVersion: "1",
  tier: "standard",
  dependsOn: ["op-registry", "conversation-store", "session-orchestrator", "surface-registry"],
  capabilities: [],
  config,
  async activate(host) {
    const { idleRoundsMax } = host.config;
    const changed = new ChangeFeed();
    const warmer = host.own(
      new Warmer({
        conversations: host.use(Conversations),
        log: host.use(ConversationLog),
        settings: warmSettings(host.store),
        clock: host.clock,
        journal: host.log,
        changed,
        idleRoundsMax,
      }),
    );
    await warmer.restore();
    for (const op of warmingOps(warmer)) host.contribute(Ops, op);
    host.contribute(
      Surfaces,
      warmingSurface({
        warmth: (id) => warmer.warmth(id),
        toggle: (id) => warmer.toggle(id),
        setInterval: (id, intervalMs) => warmer.setInterval(id, intervalMs),
        changed,
        idleRoundsMax,
      }),
    );
    host.contribute(ConversationKeepers, { name: "warming settings", forget: (conversationId) => warmer.forget(conversationId) });
    host.on(TurnStarted, ({ conversationId }) => warmer.turnStarted(conversationId));
    host.on(TurnSealed, ({ conversationId }) => warmer.turnSettled(conversationId));
    host.on(StatusChanged, ({ conversationId, status }) => (status === "closed" ? warmer.closed(conversationId) : undefined));
  },
});
