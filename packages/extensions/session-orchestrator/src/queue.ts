import type { Message } from "@dispatch/kernel";
import type { QueuedMessage } from "@dispatch/wire";
import type { EventWriter } from "./drive-turn.ts";
import { QueueFull } from "./faults.ts";
import type { Ports } from "./ports.ts";
import { textMessage } from "./text-message.ts";

const queuedMax = 100;
/** All that waits becomes one message. */
const queuedCharsMax = 4_000_000;

type QueuePorts = Pick<Ports, "newId" | "clock" | "tell">;

/** The messages of one conversation that wait. The writer holds them; whoever changes them tells so once that is stored. */
export class Queue {
  readonly #conversationId: string;
  readonly #ports: QueuePorts;

  constructor(conversationId: string, ports: QueuePorts) {
    this.#conversationId = conversationId;
    this.#ports = ports;
  }

  /** Faults: `session-orchestrator/queue-full` (limited). */
  add(writer: EventWriter, text: string): Promise<readonly QueuedMessage[]> {
    const { queue } = writer.state;
    if (queue.length >= queuedMax) throw new QueueFull(this.#conversationId, "queuedMax", queuedMax);
    const chars = queue.reduce((sum, queued) => sum + queued.text.length, text.length);
    if (chars > queuedCharsMax) throw new QueueFull(this.#conversationId, "queuedCharsMax", queuedCharsMax);
    writer.enqueue({ id: this.#ports.newId(), text, queuedAt: this.#ports.clock.now() });
    return this.landed(writer);
  }

  async cancel(writer: EventWriter, messageId: string): Promise<{ readonly cancelled: boolean; readonly queue: readonly QueuedMessage[] }> {
    if (!writer.state.queue.some(({ id }) => id === messageId)) return { cancelled: false, queue: writer.state.queue };
    writer.dequeue([messageId]);
    return { cancelled: true, queue: await this.landed(writer) };
  }

  /** All that waits as one message of the log, stored; `undefined` when nothing does. */
  async take(writer: EventWriter): Promise<Message | undefined> {
    const text = joinedText(writer.state.queue);
    if (text === undefined) return undefined;
    const message = textMessage(this.#ports.newId(), "user", text);
    writer.append(message);
    this.empty(writer);
    await this.landed(writer);
    return message;
  }

  /** Staged, not landed. */
  empty(writer: EventWriter): void {
    writer.dequeue(writer.state.queue.map(({ id }) => id));
  }

  async landed(writer: EventWriter): Promise<readonly QueuedMessage[]> {
    await writer.landed("now");
    const { queue } = writer.state;
    this.#ports.tell.queueChanged(this.#conversationId, queue);
    return queue;
  }
}

/** What the one message says that all of them become. */
export const joinedText = (queue: readonly QueuedMessage[]): string | undefined =>
  queue.length === 0 ? undefined : queue.map(({ text }) => text).join("\n\n");
