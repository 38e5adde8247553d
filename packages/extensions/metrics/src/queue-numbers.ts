import type { MetricFamily, MetricSource } from "./contract.ts";

/** Far more than a server has at once; what is beyond is not counted. */
export const conversationsMax = 10_000;

/** What waits: messages for a turn, and turns for their provider. */
export class QueueNumbers implements MetricSource {
  readonly name = "queues";
  readonly #lengths = new Map<string, number>();
  readonly #queued = new Set<string>();

  queueChanged(conversationId: string, length: number): void {
    if (length === 0) this.#lengths.delete(conversationId);
    else if (this.#lengths.has(conversationId) || this.#lengths.size < conversationsMax) this.#lengths.set(conversationId, length);
  }

  statusChanged(conversationId: string, status: string): void {
    if (status !== "queued") this.#queued.delete(conversationId);
    else if (this.#queued.size < conversationsMax) this.#queued.add(conversationId);
  }

  read(): readonly MetricFamily[] {
    const gauge = (name: string, help: string, value: number): MetricFamily => ({ name, help, type: "gauge", samples: [{ value }] });
    const messages = this.#lengths.values().reduce((sum, length) => sum + length, 0);
    return [
      gauge("dispatch_queue_messages", "Messages that wait for a step's or a turn's end.", messages),
      gauge("dispatch_queue_conversations", "Conversations with messages that wait.", this.#lengths.size),
      gauge("dispatch_waiting_turns", "Turns that wait for their provider to take them.", this.#queued.size),
    ];
  }
}
