import { fault } from "@dispatch/kernel";
import type { Conversations, SharedEvent, StartedTurn, Submission, TurnWatch } from "@dispatch/session-orchestrator/contract";
import type { AgentEvent } from "@dispatch/wire";

/** Conversations whose every turn echoes its prompt. They keep what the door needs to be tried, and nothing across a restart. */
export function memoryConversations(): Conversations {
  let turns = 0;
  const silent = () => watchOf(() => new Promise<never>(() => {}));
  return {
    async submit({ conversationId = crypto.randomUUID(), text }) {
      turns += 1;
      return startedTurn({ conversationId, text }, `turn-${turns}`, [[text]]);
    },
    enqueue: async () => ({ startedTurn: true, queue: [] }),
    cancelQueued: async () => ({ cancelled: false, queue: [] }),
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
    watch: silent,
    settled: async () => ({ settled: true }),
  };
}

/** A whole turn whose text comes in the given batches of deltas. */
export function startedTurn({ conversationId, text }: Submission, turnId: string, batches: Iterable<readonly string[]>): StartedTurn {
  const of = { conversationId: conversationId ?? "c1", turnId };
  const shared = (event: AgentEvent): SharedEvent => ({ event, json: JSON.stringify(event) });
  const source = (function* () {
    yield [shared({ type: "user-message", ...of, text }), shared({ type: "turn-start", ...of })];
    for (const batch of batches) yield batch.map((delta) => shared({ type: "text-delta", ...of, delta }));
    yield [shared({ type: "done", ...of, reason: "stop" }), shared({ type: "turn-sealed", ...of })];
  })();
  return { ...of, events: watchOf(() => Promise.resolve(source.next().value ?? undefined)) };
}

/** A watch that gives what `next` gives, until that is `undefined`. Disposed, it ends at once, also in the middle of a wait. */
export function watchOf(next: () => Promise<readonly SharedEvent[] | undefined>, disposed: () => void = () => {}): TurnWatch {
  const ended = Promise.withResolvers<undefined>();
  return {
    async *[Symbol.asyncIterator]() {
      for (;;) {
        const batch = await Promise.race([next(), ended.promise]);
        if (batch === undefined) return;
        yield batch;
      }
    },
    [Symbol.dispose]() {
      disposed();
      ended.resolve(undefined);
    },
  };
}

export const textDelta = (delta: string): SharedEvent => {
  const event: AgentEvent = { type: "text-delta", conversationId: "c1", turnId: "turn-1", delta };
  return { event, json: JSON.stringify(event) };
};

const noRequest = async (): Promise<never> => {
  throw fault("unavailable", "test/not-kept", "These conversations ask no model.");
};
