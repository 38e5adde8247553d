import type { ConversationState, OpenTurn } from "@dispatch/conversation-store/contract";
import { defaultRetryPolicy, type Turn } from "@dispatch/kernel";
import type { TurnContext } from "./contract.ts";
import type { Ports } from "./ports.ts";

const stepsMax = 200;
const wallMsMax = 12 * 60 * 60 * 1000;
const defaultEffort = "high";

/** A turn with all that it needs, and the name of its model. */
export interface Prepared {
  readonly turn: Turn;
  readonly context: TurnContext;
}

/**
 * Resolves everything a turn needs, once. Faults: those of the model catalog for a model that cannot be had, `workspace-local/no-folder` for
 * a folder that is not there.
 */
export async function prepareTurn(ports: Ports, state: ConversationState, open: OpenTurn, signal: AbortSignal): Promise<Prepared> {
  const conversationId = state.record?.id ?? "";
  const { name, model } = ports.catalog.resolve(open.modelName ?? state.record?.model ?? undefined);
  const workspaceId = state.record?.workspaceId ?? "default";
  const ground = await ports.shapeFolder(ports.serverCwd, { conversationId, workspaceId });
  const workspace = await ports.workspaces.open(conversationId, folderOf(state.record?.cwd ?? "", ground));
  const context: TurnContext = {
    conversationId,
    turnId: open.turnId,
    cwd: workspace.root,
    modelName: name,
    workspaceId,
  };
  const { system, tools } = await ports.shapeTurn({ system: defaultSystem(workspace.root), tools: ports.tools() }, context);
  const turn: Turn = Object.freeze({
    conversationId,
    turnId: open.turnId,
    workspace,
    system,
    history: [...state.messages],
    model,
    tools,
    policy: { maxConcurrent: 1, eager: true },
    limits: { stepsMax, wallMs: wallMsMax },
    retry: defaultRetryPolicy,
    reasoningEffort: open.reasoningEffort ?? state.record?.reasoningEffort ?? defaultEffort,
    signal,
    ...(open.resumes === 0 ? {} : { resumed: { steps: open.steps, durationMs: ports.clock.now() - open.startedAt } }),
  });
  return { turn, context };
}

const folderOf = (cwd: string, ground: string): string => {
  if (cwd === "") return ground;
  return cwd.startsWith("/") ? cwd : `${ground}/${cwd}`;
};

const defaultSystem = (cwd: string): string =>
  `You are Dispatch, an assistant that works on a person's computer with the tools given. Be brief and say what you did.\nThe working directory is ${cwd}.`;
