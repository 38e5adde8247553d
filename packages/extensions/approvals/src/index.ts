import { ConversationLog } from "@dispatch/conversation-store/contract";
import { asFault, Booted, defineExtension } from "@dispatch/kernel";
import { Ops } from "@dispatch/op-registry/contract";
import { ConversationKeepers, TurnSealed, TurnStarted, UnstartedCalls } from "@dispatch/session-orchestrator/contract";
import { Surfaces } from "@dispatch/surface-registry/contract";
import { callDiffs } from "./call-diffs.ts";
import { type Config, config } from "./config.ts";
import { Approvals, CallDiffs, QuestionAnswered, QuestionAsked } from "./contract.ts";
import { expireInTime } from "./expiry.ts";
import { approvalOps } from "./ops.ts";
import { QuestionStore } from "./question-store.ts";
import { Questions } from "./questions.ts";
import { approvalsSurface } from "./surface.ts";

/** Questions whether a tool call may be made: kept until somebody answers, through whatever door, also over a restart. */
export default defineExtension<Config>({
  id: "approvals",
  version: "1.0.0",
  apiVersion: "1",
  tier: "standard",
  dependsOn: ["op-registry", "surface-registry", "conversation-store", "session-orchestrator"],
  capabilities: [],
  config,
  async activate(host) {
    const log = host.use(ConversationLog);
    const failed = (thrown: unknown) => host.log.warn("approvals-failed", { error: asFault(thrown).message });
    const store = new QuestionStore(host.store);
    const questions = new Questions({
      store,
      clock: host.clock,
      timeoutMs: host.config.timeoutMs,
      leaving: host.signal,
      newId: () => crypto.randomUUID(),
      tell: {
        asked: (approval) => host.fire(QuestionAsked, approval),
        answered: (approval) => host.fire(QuestionAnswered, approval),
        failed,
      },
    });
    const left = await questions.load();

    host.provide(Approvals, questions);
    host.provide(CallDiffs, callDiffs);
    host.contribute(UnstartedCalls, {
      id: "approvals",
      isUnstarted: (conversationId, toolCallId) => questions.waiting(toolCallId, conversationId),
    });
    for (const op of approvalOps(questions, store)) host.contribute(Ops, op);
    host.contribute(Surfaces, approvalsSurface(questions));
    host.contribute(ConversationKeepers, {
      name: "questions about tool calls",
      forget: (conversationId) => questions.forget(conversationId),
    });
    host.on(TurnStarted, ({ conversationId, turnId }) =>
      questions.withdraw((asked) => asked.conversationId === conversationId && asked.turnId !== turnId),
    );
    host.on(TurnSealed, ({ conversationId, metrics }) =>
      questions.withdraw((asked) => asked.conversationId === conversationId && asked.turnId === metrics.turnId),
    );
    host.on(Booted, async () => {
      if (left.size === 0) return;
      const open = new Set(await log.openTurns());
      await questions.withdraw((asked) => left.has(asked.id) && !open.has(asked.conversationId));
    });
    host.spawn("expire", (signal) => expireInTime(questions, host.clock, failed, signal));
  },
});
