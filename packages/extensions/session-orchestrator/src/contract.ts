import type { ConversationRecord } from "@dispatch/conversation-store/contract";
import {
  defineIntercept,
  defineNotify,
  definePoint,
  defineService,
  defineTransform,
  type InterceptToken,
  type Message,
  type Model,
  type ModelRequest,
  type NotifyToken,
  type PointToken,
  type runTurn,
  type ServiceToken,
  type Tool,
  type TransformToken,
} from "@dispatch/kernel";
import type { AgentEvent, ConversationStatus, ImageInput, QueuedMessage, ReasoningEffort, TurnMetrics, Usage } from "@dispatch/wire";

/** What a door hands over: parsed, authenticated, validated. What is `undefined` is absent. */
export interface Submission {
  /** Absent: a new conversation with a fresh id. */
  readonly conversationId?: string | undefined;
  readonly text: string;
  readonly images?: readonly ImageInput[] | undefined;
  /** `<credential>/<model>`; kept as the conversation's model once it resolves. */
  readonly model?: string | undefined;
  /** Kept as the conversation's folder. */
  readonly cwd?: string | undefined;
  readonly computerId?: string | undefined;
  /** For this turn only. */
  readonly reasoningEffort?: ReasoningEffort | undefined;
  /** Applied only when the conversation is new. */
  readonly workspaceId?: string | undefined;
}

export interface StartedTurn {
  readonly conversationId: string;
  readonly turnId: string;
  /** From `user-message` to `turn-sealed`, then it ends. */
  readonly events: TurnWatch;
}

/** One event with its JSON, made once for all watchers. */
export interface SharedEvent {
  readonly event: AgentEvent;
  readonly json: string;
}

/**
 * Batches in order, without gap or duplicate. A watcher that falls more than `watcherEventsMax` events behind is cut off: the iteration
 * throws `session-orchestrator/too-slow` (limited) and the watcher catches up from the log by `seq`. Disposing it stops watching, never the turn.
 */
export interface TurnWatch extends AsyncIterable<readonly SharedEvent[]>, Disposable {}

/**
 * The one door to what changes a conversation. Each conversation has one writer; calls for it apply one after another.
 * Faults of every member: `store/unavailable` when nothing can be stored.
 */
export interface Conversations {
  /** Resolves once the prompt is stored. Faults: `session-orchestrator/turn-running` (conflict). An unknown model or a missing folder is told by the turn's own events. */
  submit(submission: Submission): Promise<StartedTurn>;
  /** Idle: starts a turn. Running: waits in the queue until the next step boundary or the turn's end. */
  enqueue(
    conversationId: string,
    text: string,
    workspaceId?: string,
  ): Promise<{ readonly startedTurn: boolean; readonly queue: readonly QueuedMessage[] }>;
  cancelQueued(
    conversationId: string,
    messageId: string,
  ): Promise<{ readonly cancelled: boolean; readonly queue: readonly QueuedMessage[] }>;
  queue(conversationId: string): Promise<readonly QueuedMessage[]>;
  /** Ends the running turn with reason `aborted`. The queue stays and waits for the next send. Resolves when the turn is sealed. */
  stop(conversationId: string): Promise<{ readonly abortedTurn: boolean }>;
  /** Stops, discards the queue, and leaves the conversation `closed`, also one that was never there. */
  close(conversationId: string): Promise<{ readonly abortedTurn: boolean }>;
  /** Asks every client to show the conversation. Changes nothing. */
  open(conversationId: string): Promise<void>;
  /** Creates the conversation when it is not there. */
  change(conversationId: string, change: RecordChange): Promise<ConversationRecord>;
  /** A turn is in memory now. */
  isActive(conversationId: string): boolean;
  /** The turn so far, then live, across turns until disposed; an idle conversation begins with silence. */
  watch(conversationId: string): TurnWatch;
  /** Absolute: where the next turn would work. It may not exist. */
  folder(conversationId: string): Promise<string>;
  /** The log as a model reads it, before `ShapeStep`: what was folded is its summary. */
  view(conversationId: string): Promise<readonly Message[]>;
  /**
   * What the conversation's next step would send: the same system prompt, tools, view and effort, by the one request builder, so that equal state gives
   * equal bytes. Changes nothing. Faults: those of a turn that cannot begin, of the model catalog and of the workspace.
   */
  nextRequest(conversationId: string, options: NextRequestOptions): Promise<NextRequest>;
  /**
   * Appends the summary to the log as a `system` message and leaves what stands up to that message out of the model's view, also of a running turn's
   * next step. The same commit makes a closed archive that reads as the log until then, and sets `compactedFrom`.
   * Faults: `conversation-store/stale-fold` (conflict) when the message is no longer in the view.
   */
  fold(conversationId: string, fold: { readonly summary: string; readonly upToMessageId: string }): Promise<FoldedHistory>;
  /**
   * Removes a closed conversation with its archives, and before that what others keep of them (`ConversationKeepers`). Gives their ids. What fails on the
   * way leaves the conversation there, to be removed again. Faults: `session-orchestrator/not-removable` (conflict) when one of them is not closed, or is
   * the archive of another; `session-orchestrator/turn-running` (conflict), `session-orchestrator/unknown-conversation` (missing), and those of the keepers.
   */
  remove(conversationId: string): Promise<{ readonly conversationIds: readonly string[] }>;
  /** Waits until no turn runs. `turnId` is the turn whose seal was seen meanwhile. */
  settled(conversationId: string, timeoutMs: number, signal: AbortSignal): Promise<{ readonly settled: boolean; readonly turnId?: string }>;
}
export const Conversations: ServiceToken<Conversations> = defineService<Conversations>("session-orchestrator/conversations");

/** The end of taking turns, for a server that is about to leave. */
export interface TurnTaking {
  /**
   * From now on a submission, and a message to a conversation without a turn, throw `session-orchestrator/leaving` (unavailable). Running turns go on, and
   * take what waits for them.
   */
  end(): void;
  /**
   * Waits until no turn runs or the signal aborts; gives how many run on. A turn of which a call waits for a person is not waited for: the next process
   * takes it up where it stands.
   */
  settled(signal: AbortSignal): Promise<number>;
}
export const TurnTaking: ServiceToken<TurnTaking> = defineService<TurnTaking>("session-orchestrator/turn-taking");

export interface NextRequestOptions {
  /** `<credential>/<model>`; absent: the conversation's own. */
  readonly modelName?: string;
  /** Absent: the conversation's own. */
  readonly cwd?: string;
  /** Stands behind the log. */
  readonly also?: readonly Message[];
  readonly outputTokensMax?: number;
  readonly signal: AbortSignal;
}
export interface NextRequest {
  readonly modelName: string;
  readonly model: Model;
  readonly request: ModelRequest;
}
export interface FoldedHistory {
  readonly archiveId: string;
  readonly messagesFolded: number;
  readonly messagesKept: number;
}

export interface RecordChange {
  readonly title?: string;
  readonly cwd?: string | null;
  readonly computerId?: string | null;
  readonly model?: string | null;
  readonly reasoningEffort?: ReasoningEffort;
  readonly workspaceId?: string;
}

/**
 * Who keeps something of conversations beside their log: rows, files. A keeper that fails keeps the conversation from being removed, so that nothing is left
 * that nobody knows of. The conversation's other calls wait meanwhile, so it asks none of them.
 */
export interface ConversationKeeper {
  /** What it keeps, for people: "task lists". */
  readonly name: string;
  /** Removes all that it keeps of the conversation, which may be nothing. */
  forget(conversationId: string): Promise<void>;
  /** Absent: it leaves no files behind. */
  readonly leftovers?: Leftovers;
}
/** Files of conversations that are there, and that nothing refers to any more or that are past their retention. */
export interface Leftovers {
  readonly kind: "images" | "outputs";
  /** Those last changed before that. `remove: false` only counts. */
  sweep(options: { readonly beforeMs: number; readonly remove: boolean; readonly signal: AbortSignal }): Promise<Swept>;
}
export interface Swept {
  readonly files: number;
  readonly sizeBytes: number;
}
export const ConversationKeepers: PointToken<ConversationKeeper> = definePoint<ConversationKeeper>(
  "session-orchestrator/keepers",
  ({ name }) => name,
);

/**
 * Who keeps calls from beginning until somebody says yes. A turn that its process did not survive goes on with such a call: it is made again under its own
 * id, and with it the step that it belongs to. Asked at boot, once all extensions are there: what they know stands in their stores by then.
 */
export interface UnstartedCallKeeper {
  readonly id: string;
  /** Sure that the call never reached its tool. */
  isUnstarted(conversationId: string, toolCallId: string): boolean;
}
export const UnstartedCalls: PointToken<UnstartedCallKeeper> = definePoint<UnstartedCallKeeper>(
  "session-orchestrator/unstarted-calls",
  ({ id }) => id,
);

/** What the model is told and given, before a turn is frozen. */
export interface TurnShape {
  readonly system: string;
  readonly tools: readonly Tool[];
}
export interface TurnContext {
  readonly conversationId: string;
  /** Empty for a request outside of a turn. */
  readonly turnId: string;
  readonly cwd: string;
  readonly modelName: string;
  readonly workspaceId: string;
  /** Aborts when the turn is to end. */
  readonly signal: AbortSignal;
}
/** Before one step of a turn. */
export interface StepContext extends TurnContext {
  readonly model: Model;
  /** From 0, in each turn. */
  readonly step: number;
  /** Of the step before, in this turn. */
  readonly lastUsage?: Usage;
}
export const ShapeTurn: TransformToken<TurnShape, TurnContext> = defineTransform<TurnShape, TurnContext>("session-orchestrator/shape-turn");
/** What the model sees of the log, before each step. */
export const ShapeStep: TransformToken<readonly Message[], StepContext> = defineTransform<readonly Message[], StepContext>(
  "session-orchestrator/shape-step",
);
/** What the model is told between two steps of a turn, beside results and steering. It is stored: `system` chunks of a user message. */
export const StepNotes: TransformToken<readonly string[], StepContext> = defineTransform<readonly string[], StepContext>(
  "session-orchestrator/step-notes",
);

export interface ModelContext {
  readonly conversationId: string;
  readonly modelName: string;
  readonly providerId: string;
  /** Clients see a running turn as `queued` while it waits, and as `active` again. */
  waiting(is: boolean): void;
}
/** The model that a turn, or a request made for a conversation, asks. */
export const ShapeModel: TransformToken<Model, ModelContext> = defineTransform<Model, ModelContext>("session-orchestrator/shape-model");

/** What runs a turn: the kernel's `runTurn`, or whoever stands before it. */
export type TurnLoop = typeof runTurn;
/**
 * For those who look on: all that a turn's loop is given and all that comes out of it passes here. Whoever stands before the loop changes neither and
 * never throws: a failure here is the turn's.
 */
export const ShapeLoop: TransformToken<TurnLoop, TurnContext> = defineTransform<TurnLoop, TurnContext>("session-orchestrator/shape-loop");

export interface TakenSubmission extends Submission {
  readonly conversationId: string;
}
/**
 * A submission on its way to a turn. A throw refuses it before anything is stored. The conversation's other calls wait meanwhile, so a guard asks none
 * of them.
 */
export const TakeSubmission: InterceptToken<TakenSubmission, StartedTurn> = defineIntercept<TakenSubmission, StartedTurn>(
  "session-orchestrator/take-submission",
);

export interface FolderContext {
  readonly conversationId: string;
  readonly workspaceId: string;
}
/**
 * The folder that a conversation stands on, absolute: it works there when it has none of its own, and a relative one begins there. Comes in as the
 * server's.
 */
export const ShapeFolder: TransformToken<string, FolderContext> = defineTransform<string, FolderContext>(
  "session-orchestrator/shape-folder",
);

export const TurnStarted: NotifyToken<{ readonly conversationId: string; readonly turnId: string }> =
  defineNotify("session-orchestrator/turn-started");
export const TurnSealed: NotifyToken<{
  readonly conversationId: string;
  readonly metrics: TurnMetrics;
  readonly model: string;
  readonly reason: string;
}> = defineNotify("session-orchestrator/turn-sealed");
export const StatusChanged: NotifyToken<{
  readonly conversationId: string;
  readonly status: ConversationStatus;
  readonly workspaceId: string;
}> = defineNotify("session-orchestrator/status-changed");
export const QueueChanged: NotifyToken<{ readonly conversationId: string; readonly queue: readonly QueuedMessage[] }> = defineNotify(
  "session-orchestrator/queue-changed",
);
export const HistoryFolded: NotifyToken<{ readonly conversationId: string } & FoldedHistory> = defineNotify(
  "session-orchestrator/history-folded",
);
/** What is known of a conversation beside its log was set: title, workspace, folder, model, effort. */
export const RecordChanged: NotifyToken<{ readonly conversationId: string }> = defineNotify("session-orchestrator/record-changed");
/** It and all that was kept of it is gone; its id may be used anew. */
export const ConversationRemoved: NotifyToken<{ readonly conversationId: string }> = defineNotify(
  "session-orchestrator/conversation-removed",
);
export const ConversationOpened: NotifyToken<{ readonly conversationId: string; readonly workspaceId: string }> = defineNotify(
  "session-orchestrator/conversation-opened",
);
