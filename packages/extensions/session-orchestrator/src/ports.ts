import type { ConversationLog } from "@dispatch/conversation-store/contract";
import type { ModelCatalog } from "@dispatch/credential-store/contract";
import type { Clock, Log, Message, Model, Tool, ToolCalls } from "@dispatch/kernel";
import type { FaultMasking } from "@dispatch/op-registry/contract";
import type { ConversationStatus, QueuedMessage, TurnMetrics } from "@dispatch/wire";
import type { Workspaces } from "@dispatch/workspace-local/contract";
import type {
  ConversationKeeper,
  FoldedHistory,
  FolderContext,
  ModelContext,
  StartedTurn,
  StepContext,
  TakenSubmission,
  TurnContext,
  TurnLoop,
  TurnShape,
} from "./contract.ts";
import type { Turnstile } from "./turnstile.ts";

/** What a conversation stands on. Made in `index.ts`, which alone sees the host. */
export interface Ports {
  readonly log: ConversationLog;
  readonly catalog: ModelCatalog;
  readonly workspaces: Workspaces;
  readonly toolCalls: ToolCalls;
  readonly clock: Clock;
  readonly journal: Log;
  readonly masking: FaultMasking;
  /** Where turns that begin at once wait for one another. */
  readonly beginnings: Turnstile;
  readonly serverCwd: string;
  /** Aborts when the server leaves: running turns stay open, to be resumed by the next process. */
  readonly leaving: AbortSignal;
  newId(): string;
  newTurnId(): string;
  random(): number;
  tools(): readonly Tool[];
  keepers(): readonly ConversationKeeper[];
  isUnstarted(conversationId: string, toolCallId: string): boolean;
  shapeFolder(folder: string, context: FolderContext): Promise<string>;
  shapeTurn(shape: TurnShape, context: TurnContext): Promise<TurnShape>;
  shapeStep(messages: readonly Message[], context: StepContext): Promise<readonly Message[]>;
  stepNotes(context: StepContext): Promise<readonly string[]>;
  shapeModel(model: Model, context: ModelContext): Promise<Model>;
  shapeLoop(loop: TurnLoop, context: TurnContext): Promise<TurnLoop>;
  takeSubmission(submission: TakenSubmission, take: (submission: TakenSubmission) => Promise<StartedTurn>): Promise<StartedTurn>;
  readonly tell: {
    turnStarted(conversationId: string, turnId: string): void;
    turnSealed(conversationId: string, metrics: TurnMetrics, model: string, reason: string): void;
    statusChanged(conversationId: string, status: ConversationStatus, workspaceId: string): void;
    queueChanged(conversationId: string, queue: readonly QueuedMessage[]): void;
    folded(conversationId: string, folded: FoldedHistory): void;
    opened(conversationId: string, workspaceId: string): void;
    changed(conversationId: string): void;
    removed(conversationId: string): void;
  };
}
