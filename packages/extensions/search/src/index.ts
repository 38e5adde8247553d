import { ConversationLog } from "@dispatch/conversation-store/contract";
import { defineExtension } from "@dispatch/kernel";
import { Ops } from "@dispatch/op-registry/contract";
import { ConversationRemoved, HistoryFolded, RecordChanged, StatusChanged, TurnSealed } from "@dispatch/session-orchestrator/contract";
import type { z } from "zod";
import { config } from "./config.ts";
import { discard, isDamage, openIndexFile } from "./index-file.ts";
import { LogFollower } from "./log-follower.ts";
import { searchOp } from "./ops.ts";
import { SearchIndex } from "./search-index.ts";

/** Finds words in all conversations, by an index beside the log that can be thrown away. */
export default defineExtension<z.infer<typeof config>>({
  id: "search",
  version: "1.0.0",
  apiVersion: "1",
  tier: "standard",
  dependsOn: ["op-registry", "conversation-store", "session-orchestrator"],
  capabilities: ["fs"],
  config,
  activate(host) {
    const { clock, log: journal } = host;
    const { path } = host.config;
    const log = host.use(ConversationLog);
    const follower = host.own(
      new LogFollower({
        log,
        clock,
        journal,
        open: () => new SearchIndex(openIndexFile(path, clock.now())),
        isDamage,
        discard: () => discard(path),
      }),
    );
    host.on(TurnSealed, ({ conversationId }) => follower.touch(conversationId));
    host.on(StatusChanged, ({ conversationId }) => follower.touch(conversationId));
    host.on(ConversationRemoved, ({ conversationId }) => follower.touch(conversationId));
    host.on(RecordChanged, ({ conversationId }) => follower.touch(conversationId));
    host.on(HistoryFolded, ({ conversationId, archiveId }) => {
      follower.touch(conversationId);
      follower.touch(archiveId);
    });
    host.contribute(Ops, searchOp({ follower, log, clock, isDamage }));
    host.spawn("follow-log", (signal) => follower.run(signal));
  },
});
