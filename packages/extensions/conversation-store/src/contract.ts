import { defineService, type Fault, type Json, type Message, type ServiceToken } from "@dispatch/kernel";
import type {
  ConversationMeta,
  ErrorChunk,
  QueuedMessage,
  ReasoningEffort,
  StepMetrics,
  StoredChunk,
  TurnMetrics,
  Usage,
} from "@dispatch/wire";

/** All that is known of a conversation beside its log. */
export interface ConversationRecord extends ConversationMeta {
  readonly cwd: string | null;
  readonly computerId: string | null;
  readonly model: string | null;
  readonly reasoningEffort: ReasoningEffort | null;
  /** Of an archive: its log begins with what another's was then. */
  readonly base?: LogBase;
}

export interface LogBase {
  readonly conversationId: string;
  readonly upToSeq: number;
  /** Sealed turns. */
  readonly turns: number;
}

/** A turn without an end: it runs now, or its process is gone. */
export interface OpenTurn {
  readonly turnId: string;
  readonly startedAt: number;
  readonly promptText: string;
  /** The message that opened the turn. */
  readonly promptId: string;
  /** Of that message's first chunk; absent from turns that a version opened which did not store it. */
  readonly promptSeq?: number;
  /** As asked for; absent: the conversation's own. */
  readonly modelName?: string;
  readonly reasoningEffort?: ReasoningEffort;
  /** Finished steps. */
  readonly steps: readonly StepMetrics[];
  /** How often a fresh process took it up again. */
  readonly resumes: number;
  readonly stopRequested?: true;
}

/** How a step reads that a vanished process left behind: `error` chunks of this code mark it. */
export const interruptedCode = "interrupted";
/** The result of a call that had begun and has none. */
export const interruptedText =
  "Interrupted: the server stopped while this tool was running. Its effects are unknown; check before you repeat it.";

/** What is kept of the running step until its settled messages replace it. */
export type TailItem =
  | { readonly type: "text"; readonly text: string }
  | { readonly type: "thinking"; readonly text: string }
  | { readonly type: "call"; readonly toolCallId: string; readonly toolName: string; readonly input: unknown; readonly stepId: string }
  /** The provider's latest count for the step. */
  | { readonly type: "usage"; readonly usage: Usage }
  /** Stored before the tool starts. */
  | { readonly type: "intent"; readonly toolCallId: string }
  | { readonly type: "output"; readonly toolCallId: string; readonly data: string }
  /** Stored before the result is shown. */
  | { readonly type: "outcome"; readonly toolCallId: string; readonly content: string; readonly isError: boolean };

/** How a conversation stands, staged changes included. A live view: it changes under its reader. */
export interface ConversationState {
  /** `undefined`: nothing was ever written. */
  readonly record: ConversationRecord | undefined;
  readonly latestSeq: number;
  /** As a model reads it: what was folded is its summary, and every tool call has its result directly behind it. */
  readonly messages: readonly Message[];
  readonly open: OpenTurn | undefined;
  /** What a writer before this one left of a running step. */
  readonly tail: readonly TailItem[];
  readonly queue: readonly QueuedMessage[];
  /** About how many characters the messages hold. */
  readonly weight: number;
}

export interface ChunkWindow {
  readonly sinceSeq?: number;
  readonly beforeSeq?: number;
  /** The newest that many. Absent: all, read page by page. */
  readonly limit?: number;
}

/** A chunk as it is stored. */
export interface LogEntry extends StoredChunk {
  /** What the provider wants back with it. */
  readonly providerMetadata?: Json;
  /** It is a summary, of what comes up to this `seq`. */
  readonly covers?: number;
}

export interface ConversationFilter {
  readonly idPrefix?: string;
  readonly statuses?: readonly string[];
  readonly workspaceId?: string;
}

export interface Fold {
  /** Of role `system`, with one text. */
  readonly summary: Message;
  readonly upToMessageId: string;
  /** A fresh id. */
  readonly archiveId: string;
}

/** Append-only logs, one a conversation. Reading never waits for a turn. */
export interface ConversationLog {
  record(conversationId: string): Promise<ConversationRecord | undefined>;
  /** Newest activity first. */
  list(filter: ConversationFilter): Promise<readonly ConversationRecord[]>;
  /** Ascending by `seq`. */
  chunks(conversationId: string, window: ChunkWindow): Promise<readonly StoredChunk[]>;
  /** Everything that the log holds, oldest first, read page by page; also what no client and no view shows. */
  entries(conversationId: string): AsyncIterable<LogEntry>;
  /** In turn order, sealed turns only. */
  metrics(conversationId: string): Promise<readonly TurnMetrics[]>;
  /** The last text chunk of the last assistant message, or `""`. */
  lastReply(conversationId: string): Promise<string>;
  /** Conversations that hold a turn without an end. */
  openTurns(): Promise<readonly string[]>;
  /** Each conversation with the archives that read from its log, itself first: they are removed together or not at all. */
  families(): Promise<readonly (readonly ConversationRecord[])[]>;
  /**
   * Removes conversations with all that is stored of them, in one commit. Whoever holds their writers lets go of them first; what others keep of them is
   * theirs to remove. One that is not there counts as removed. Faults: `conversation-store/not-removable` (conflict) when one is not closed, has a turn
   * without an end, or is what another's log begins with that is not among them.
   */
  remove(conversationIds: readonly string[]): Promise<void>;
  /**
   * The conversation's one writer. `handOn` gets the events of a commit once it has landed, in the order they were noted; after a failed
   * commit the writer is of no more use: every later landing rejects with the same fault.
   */
  write<E>(conversationId: string, handOn: (events: readonly E[]) => void): Promise<ConversationWriter<E>>;
}
export const ConversationLog: ServiceToken<ConversationLog> = defineService<ConversationLog>("conversation-store/log");

/**
 * Stages changes; a commit stores everything staged, of this and of other conversations, at once. The state shows what is staged already.
 * Faults: `conversation-store/seat-lost` (conflict) when another writer took over, else the store's own.
 */
export interface ConversationWriter<E> {
  readonly state: ConversationState;
  /** Stages an event to hand on after the next landing, and what the tail keeps of it. */
  note(event: E, item?: TailItem): void;
  /** Stages a tail item that no event shows. */
  keep(item: TailItem): void;
  /** Creates the record when it is missing. */
  change(change: Partial<Omit<ConversationRecord, "id" | "createdAt">>): void;
  /** Gives the turn as it is stored. */
  openTurn(open: Omit<OpenTurn, "promptId" | "promptSeq" | "steps" | "resumes">, prompt: Message): OpenTurn;
  changeTurn(change: Partial<Pick<OpenTurn, "resumes" | "stopRequested">>): void;
  append(message: Message): void;
  /** The running step's messages replace its tail. */
  settle(messages: readonly Message[], step?: StepMetrics): void;
  /**
   * Settles what a vanished process, or a failed commit, left of its running step: all that a client saw of it, marked, and behind it one
   * result a call. Leaves at least the mark when it is required.
   */
  settleTail(mark: ErrorChunk, required: boolean): void;
  /**
   * Appends the summary and leaves what stands up to that message, results of its calls included, out of `state.messages`; the log keeps it. Makes a closed conversation that reads as
   * the log does now, `compactedFrom`. Faults: `conversation-store/stale-fold` (conflict) when the message is no longer among them.
   */
  fold(fold: Fold): Promise<{ readonly messagesFolded: number; readonly messagesKept: number }>;
  /** Ends the open turn and drops what is left of its tail. */
  seal(metrics: TurnMetrics): void;
  enqueue(message: QueuedMessage): void;
  dequeue(messageIds: readonly string[]): void;
  /** Why a commit failed; nothing more can be stored through this writer. */
  readonly fault: Fault | undefined;
  /** Aborts with that fault. */
  readonly broken: AbortSignal;
  /** How many events wait for a landing. */
  readonly waiting: number;
  /** `now`: with the next commit. `soon`: within the window of the group commit. */
  schedule(when: "now" | "soon"): void;
  /** Schedules and resolves when everything staged until now is stored; rejects with the fault that kept it from being. */
  landed(when: "now" | "soon"): Promise<void>;
}
