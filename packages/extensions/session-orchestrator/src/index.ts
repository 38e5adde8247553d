import { ConversationLog } from "@dispatch/conversation-store/contract";
import { ModelCatalog } from "@dispatch/credential-store/contract";
import { Booted, defineExtension, ToolCalls, Tools, turnIdOf } from "@dispatch/kernel";
import { FaultMasking, Ops } from "@dispatch/op-registry/contract";
import { Workspaces } from "@dispatch/workspace-local/contract";
import type { z } from "zod";
import { config } from "./config.ts";
import {
  ConversationKeepers,
  ConversationOpened,
  ConversationRemoved,
  Conversations,
  HistoryFolded,
  QueueChanged,
  RecordChanged,
  ShapeFolder,
  ShapeLoop,
  ShapeModel,
  ShapeStep,
  ShapeTurn,
  StatusChanged,
  StepNotes,
  TakeSubmission,
  TurnSealed,
  TurnStarted,
  TurnTaking,
  UnstartedCalls,
} from "./contract.ts";
import { ConversationTable } from "./conversations.ts";
import { orchestratorOps } from "./ops.ts";
import { Turnstile } from "./turnstile.ts";

/** One writer a conversation: takes messages, runs turns through the kernel, stores before it shows. */
export default defineExtension<z.infer<typeof config>>({
  id: "session-orchestrator",
  version: "1.0.0",
  apiVersion: "1",
  tier: "core",
  dependsOn: ["op-registry", "conversation-store", "credential-store", "workspace-local"],
  capabilities: [],
  config,
  activate(host) {
    const log = host.use(ConversationLog);
    const conversations = new ConversationTable({
      log,
      catalog: host.use(ModelCatalog),
      workspaces: host.use(Workspaces),
      toolCalls: host.use(ToolCalls),
      clock: host.clock,
      journal: host.log,
      masking: host.use(FaultMasking),
      beginnings: new Turnstile(),
      serverCwd: host.config.cwd,
      leaving: host.signal,
      newId: () => crypto.randomUUID(),
      newTurnId: () => turnIdOf(host.clock.now(), Math.random()),
      random: Math.random,
      tools: () => host.gather(Tools),
      keepers: () => host.gather(ConversationKeepers),
      isUnstarted: (conversationId, toolCallId) =>
        host.gather(UnstartedCalls).some((keeper) => keeper.isUnstarted(conversationId, toolCallId)),
      shapeFolder: (folder, context) => host.fire(ShapeFolder, folder, context),
      shapeTurn: (shape, context) => host.fire(ShapeTurn, shape, context),
      shapeStep: (messages, context) => host.fire(ShapeStep, messages, context),
      stepNotes: (context) => host.fire(StepNotes, [], context),
      shapeModel: (model, context) => host.fire(ShapeModel, model, context),
      shapeLoop: (loop, context) => host.fire(ShapeLoop, loop, context),
      takeSubmission: (submission, take) => host.fire(TakeSubmission, submission, take),
      tell: {
        turnStarted: (conversationId, turnId) => host.fire(TurnStarted, { conversationId, turnId }),
        turnSealed: (conversationId, metrics, model, reason) => host.fire(TurnSealed, { conversationId, metrics, model, reason }),
        statusChanged: (conversationId, status, workspaceId) => host.fire(StatusChanged, { conversationId, status, workspaceId }),
        queueChanged: (conversationId, queue) => host.fire(QueueChanged, { conversationId, queue }),
        folded: (conversationId, folded) => host.fire(HistoryFolded, { conversationId, ...folded }),
        changed: (conversationId) => host.fire(RecordChanged, { conversationId }),
        removed: (conversationId) => host.fire(ConversationRemoved, { conversationId }),
        opened: (conversationId, workspaceId) => host.fire(ConversationOpened, { conversationId, workspaceId }),
      },
    });
    host.provide(Conversations, conversations);
    host.provide(TurnTaking, conversations.taking);
    for (const op of orchestratorOps(conversations, log)) host.contribute(Ops, op);
    const workspaces = host.use(Workspaces);
    host.contribute(ConversationKeepers, {
      name: "outputs of tools",
      forget: (conversationId) => workspaces.dropScratch(conversationId),
      leftovers: { kind: "outputs", sweep: (options) => workspaces.sweepScratch(options) },
    });
    host.on(Booted, () => conversations.resumeAll());
  },
});
