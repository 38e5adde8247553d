import type { QueuedMessage } from "@dispatch/wire";
import { QueueFull } from "./faults.ts";

const queuedMax = 100;
/** All that waits becomes one message. */
const queuedCharsMax = 4_000_000;

/** Faults: `session-orchestrator/queue-full` (limited). */
export function requireRoom(conversationId: string, queue: readonly QueuedMessage[], text: string): void {
  if (queue.length >= queuedMax) throw new QueueFull(conversationId, "queuedMax", queuedMax);
  const chars = queue.reduce((sum, queued) => sum + queued.text.length, text.length);
  if (chars > queuedCharsMax) throw new QueueFull(conversationId, "queuedCharsMax", queuedCharsMax);
}

/** The one message that all of them become. */
export const joined = (queue: readonly QueuedMessage[]): string => queue.map(({ text }) => text).join("\n\n");
