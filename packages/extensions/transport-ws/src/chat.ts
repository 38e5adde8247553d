import type { Conversations, SharedEvent, TurnWatch } from "@dispatch/session-orchestrator/contract";
import type { ReceivedFrame } from "@dispatch/transport-contract";
import type { Outlet } from "./outlet.ts";

export interface ChatPorts {
  readonly conversations: Conversations;
  readonly outlet: Outlet;
  newId(): string;
  /** Throws when the connection has no place for another subscription. */
  assertRoom(): void;
  /** A watch was cut off: the client lies too far behind. */
  lost(thrown: unknown): void;
}

type Frame<Type extends ReceivedFrame["type"]> = Extract<ReceivedFrame, { readonly type: Type }>;

/** One client's conversations: which it watches, and what it says in them. Ending it ends the watching, never a turn. */
export class Chat implements Disposable {
  readonly #ports: ChatPorts;
  readonly #watches = new Map<string, TurnWatch>();
  #ended = false;

  constructor(ports: ChatPorts) {
    this.#ports = ports;
  }

  get subscriptions(): number {
    return this.#watches.size;
  }

  /** The turn so far, then live, across turns. A second time it does nothing: what was replayed is not replayed again. */
  subscribe(conversationId: string): void {
    if (this.#watches.has(conversationId)) return;
    this.#ports.assertRoom();
    this.#follow(conversationId, this.#ports.conversations.watch(conversationId));
  }

  unsubscribe(conversationId: string): void {
    this.#watches.get(conversationId)?.[Symbol.dispose]();
    this.#watches.delete(conversationId);
  }

  /** The sender watches from before its turn begins, also when it is refused because another one runs. */
  async send({ type: _, message: text, conversationId = this.#ports.newId(), ...rest }: Frame<"chat.send">): Promise<void> {
    this.subscribe(conversationId);
    const { events } = await this.#ports.conversations.submit({ ...rest, conversationId, text });
    events[Symbol.dispose]();
  }

  /** Whoever starts a turn by it watches that turn from its beginning. */
  async queue({ conversationId, text, workspaceId }: Frame<"chat.queue">): Promise<void> {
    const watch = this.#ports.conversations.watch(conversationId);
    try {
      const { startedTurn } = await this.#ports.conversations.enqueue(conversationId, text, workspaceId);
      // The client may have gone, or subscribed by itself, meanwhile.
      if (!startedTurn || this.#ended || this.#watches.has(conversationId)) return watch[Symbol.dispose]();
      this.#ports.assertRoom();
      this.#follow(conversationId, watch);
    } catch (thrown) {
      watch[Symbol.dispose]();
      throw thrown;
    }
  }

  /** A message that waits no longer is cancelled already. */
  async cancel({ conversationId, messageId }: Frame<"chat.queue.cancel">): Promise<void> {
    await this.#ports.conversations.cancelQueued(conversationId, messageId);
  }

  [Symbol.dispose](): void {
    this.#ended = true;
    for (const watch of this.#watches.values()) watch[Symbol.dispose]();
    this.#watches.clear();
  }

  #follow(conversationId: string, watch: TurnWatch): void {
    this.#watches.set(conversationId, watch);
    this.#pass(conversationId, watch).catch(this.#ports.lost);
  }

  async #pass(conversationId: string, watch: TurnWatch): Promise<void> {
    for await (const batch of watch) {
      for (const events of inPieces(batch)) {
        if (this.#watches.get(conversationId) !== watch) return;
        const room = this.#ports.outlet.stream(events);
        if (room !== undefined) await room;
      }
    }
  }
}

/** What is sent between two looks at what waits for the client. */
const eventsAtOnceMax = 64;

function inPieces(batch: readonly SharedEvent[]): readonly (readonly SharedEvent[])[] {
  if (batch.length <= eventsAtOnceMax) return [batch];
  return Array.from({ length: Math.ceil(batch.length / eventsAtOnceMax) }, (_, n) =>
    batch.slice(n * eventsAtOnceMax, (n + 1) * eventsAtOnceMax),
  );
}
