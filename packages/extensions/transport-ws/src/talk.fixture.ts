import { fault } from "@dispatch/kernel";
import type { Conversations, SharedEvent, Submission, TurnWatch } from "@dispatch/session-orchestrator/contract";
import type { AgentEvent } from "@dispatch/wire";

/** Conversations whose events a test tells, one batch at a time. They keep what was asked of them. */
export class Talk {
  readonly submissions: Submission[] = [];
  readonly asked: string[] = [];
  readonly #watches = new Map<string, Set<Watch>>();
  /** What the next calls do instead. */
  submitFault: unknown;
  startsTurn = true;
  enqueued: Promise<void> = Promise.resolve();

  watchers(conversationId: string): number {
    return this.#watches.get(conversationId)?.size ?? 0;
  }

  tell(conversationId: string, ...events: readonly AgentEvent[]): void {
    const batch = events.map(share);
    for (const watch of this.#watches.get(conversationId) ?? []) watch.add(batch);
  }

  cutOff(conversationId: string): void {
    for (const watch of this.#watches.get(conversationId) ?? [])
      watch.fail(fault("limited", "session-orchestrator/too-slow", "Too far behind."));
  }

  /** The next watcher of it finds these events as the turn so far. */
  replay: readonly AgentEvent[] = [];

  readonly conversations: Conversations = {
    submit: async (submission) => {
      this.submissions.push(submission);
      if (this.submitFault !== undefined) throw this.submitFault;
      const { conversationId = "minted" } = submission;
      return { conversationId, turnId: "turn-1", events: this.#watch(conversationId) };
    },
    enqueue: async (conversationId, text, workspaceId) => {
      this.asked.push(`enqueue ${conversationId} ${text}${workspaceId === undefined ? "" : ` in ${workspaceId}`}`);
      await this.enqueued;
      return { startedTurn: this.startsTurn, queue: [] };
    },
    cancelQueued: async (conversationId, messageId) => {
      this.asked.push(`cancel ${conversationId} ${messageId}`);
      return { cancelled: false, queue: [] };
    },
    queue: async () => [],
    stop: async () => ({ abortedTurn: false }),
    close: async () => ({ abortedTurn: false }),
    open: async () => {},
    change: async () => {
      throw fault("unavailable", "test/not-kept", "These conversations keep no settings.");
    },
    isActive: () => false,
    folder: async () => "/",
    view: async () => [],
    nextRequest: noRequest,
    fold: noRequest,
    remove: noRequest,
    watch: (conversationId) => this.#watch(conversationId),
    settled: async () => ({ settled: true }),
  };

  #watch(conversationId: string): TurnWatch {
    const watches = this.#watches.get(conversationId) ?? new Set();
    this.#watches.set(conversationId, watches);
    const watch: Watch = new Watch(() => watches.delete(watch));
    watches.add(watch);
    if (this.replay.length > 0) watch.add(this.replay.map(share));
    return watch;
  }
}

export const share = (event: AgentEvent): SharedEvent => ({ event, json: JSON.stringify(event) });
export const delta = (text: string, conversationId = "c1"): AgentEvent => ({
  type: "text-delta",
  conversationId,
  turnId: "turn-1",
  delta: text,
});

type Result = IteratorResult<readonly SharedEvent[]>;

class Watch implements TurnWatch, AsyncIterator<readonly SharedEvent[]> {
  readonly #batches: (readonly SharedEvent[])[] = [];
  readonly #leave: () => void;
  #waiting: PromiseWithResolvers<Result> | undefined;
  #ended = false;
  #fault: unknown;

  constructor(leave: () => void) {
    this.#leave = leave;
  }

  add(batch: readonly SharedEvent[]): void {
    if (this.#waiting === undefined) this.#batches.push(batch);
    else this.#waiting.resolve({ done: false, value: batch });
    this.#waiting = undefined;
  }

  fail(thrown: unknown): void {
    this.#fault = thrown;
    this.#leave();
    this.#waiting?.reject(thrown);
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  next(): Promise<Result> {
    if (this.#fault !== undefined) return Promise.reject(this.#fault as Error);
    if (this.#ended) return Promise.resolve({ done: true, value: undefined });
    const batch = this.#batches.shift();
    if (batch !== undefined) return Promise.resolve({ done: false, value: batch });
    this.#waiting = Promise.withResolvers();
    return this.#waiting.promise;
  }

  return(): Promise<Result> {
    this[Symbol.dispose]();
    return Promise.resolve({ done: true, value: undefined });
  }

  [Symbol.dispose](): void {
    this.#ended = true;
    this.#leave();
    this.#waiting?.resolve({ done: true, value: undefined });
  }
}

const noRequest = async (): Promise<never> => {
  throw fault("unavailable", "test/not-kept", "These conversations ask no model.");
};
