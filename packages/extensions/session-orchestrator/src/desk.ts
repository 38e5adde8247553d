import type { ConversationRecord, ConversationState, OpenTurn } from "@dispatch/conversation-store/contract";
import { buildRequest, defaultRetryPolicy, type Message, type Model, type Turn, type Workspace } from "@dispatch/kernel";
import type { ReasoningEffort } from "@dispatch/wire";
import type { NextRequest, NextRequestOptions, StepContext, TurnContext, TurnShape } from "./contract.ts";
import type { Ports } from "./ports.ts";
import { answeringFirst, type RestoredStep } from "./restored-step.ts";

const stepsMax = 200;
/** Longer than any question to a person waits. */
const wallMsMax = 48 * 60 * 60 * 1000;
const defaultEffort = "high";

/** A turn with all that it needs. */
export interface Prepared {
  readonly turn: Turn;
  readonly context: TurnContext;
  readonly restored: RestoredStep | undefined;
}

/**
 * Resolves everything a turn needs, once. Faults: those of the model catalog for a model that cannot be had, `workspace-local/no-folder` for
 * a folder that is not there.
 */
export async function prepareTurn(
  ports: Ports,
  { record, messages }: ConversationState,
  open: OpenTurn,
  signal: AbortSignal,
  { waiting, restored }: { waiting(is: boolean): void; readonly restored: RestoredStep | undefined },
): Promise<Prepared> {
  const { context, workspace, model, shape } = await resolve(ports, record, { ...open, conversationId: record?.id ?? "", signal, waiting });
  const turn: Turn = Object.freeze({
    conversationId: context.conversationId,
    turnId: open.turnId,
    workspace,
    system: shape.system,
    history: [...messages],
    model: restored === undefined ? model : answeringFirst(model, restored.answer),
    tools: shape.tools,
    policy: { maxConcurrent: 1, eager: true },
    limits: { stepsMax, wallMs: wallMsMax },
    retry: defaultRetryPolicy,
    reasoningEffort: effortOf(record, open.reasoningEffort),
    signal,
    ...(open.resumes === 0 && restored === undefined
      ? {}
      : { resumed: { steps: open.steps, durationMs: ports.clock.now() - open.startedAt } }),
  });
  return { turn, context, restored };
}

/** The request that a turn's next step would make: what `prepareTurn` resolves and what a step is shown, without a turn. */
export async function nextRequest(
  ports: Ports,
  conversationId: string,
  { record, messages }: { readonly record: ConversationRecord | undefined; readonly messages: readonly Message[] },
  { modelName, cwd, also = [], outputTokensMax, signal }: NextRequestOptions,
): Promise<NextRequest> {
  const wanted = {
    conversationId,
    turnId: "",
    signal,
    waiting: () => {},
    ...(modelName && { modelName }),
    ...(cwd !== undefined && { cwd }),
  };
  const { context, model, shape } = await resolve(ports, record, wanted);
  const step: StepContext = { ...context, model, step: 0 };
  const shown = await ports.shapeStep([...messages, ...also], step);
  const request = buildRequest({ ...shape, messages: shown, outputTokensMax, reasoningEffort: effortOf(record) });
  return { modelName: context.modelName, model, request };
}

/** Absolute: where a conversation works, unless it says otherwise for a turn. */
export async function folderOf(
  ports: Ports,
  conversationId: string,
  record: ConversationRecord | undefined,
  cwd: string = record?.cwd ?? "",
): Promise<string> {
  const ground = await ports.shapeFolder(ports.serverCwd, { conversationId, workspaceId: record?.workspaceId ?? "default" });
  if (cwd === "") return ground;
  return cwd.startsWith("/") ? cwd : `${ground}/${cwd}`;
}

interface Wanted {
  readonly conversationId: string;
  readonly turnId: string;
  readonly modelName?: string;
  readonly cwd?: string;
  readonly signal: AbortSignal;
  waiting(is: boolean): void;
}
interface Resolved {
  readonly context: TurnContext;
  readonly workspace: Workspace;
  readonly model: Model;
  readonly shape: TurnShape;
}

async function resolve(ports: Ports, record: ConversationRecord | undefined, wanted: Wanted): Promise<Resolved> {
  const { conversationId, turnId, signal, waiting } = wanted;
  const { name: modelName, providerId, model } = ports.catalog.resolve(wanted.modelName ?? record?.model ?? undefined);
  const workspace = await ports.workspaces.open(conversationId, await folderOf(ports, conversationId, record, wanted.cwd));
  const context: TurnContext = {
    conversationId,
    turnId,
    cwd: workspace.root,
    modelName,
    workspaceId: record?.workspaceId ?? "default",
    signal,
  };
  const shape = await ports.shapeTurn({ system: defaultSystem(workspace.root), tools: ports.tools() }, context);
  return { context, workspace, shape, model: await ports.shapeModel(model, { conversationId, modelName, providerId, waiting }) };
}

const effortOf = (record: ConversationRecord | undefined, wanted?: ReasoningEffort): ReasoningEffort =>
  wanted ?? record?.reasoningEffort ?? defaultEffort;

const defaultSystem = (cwd: string): string =>
  `You are Dispatch, an assistant that works on a person's computer with the tools given. Be brief and say what you did.\nThe working directory is ${cwd}.`;
