import type { QueuedMessage } from "@dispatch/wire";

/** Of the surface `message-queue`. */
export function queuedMessages(payload: unknown): readonly QueuedMessage[] {
  const messages = (payload as { messages?: unknown } | null | undefined)?.messages;
  return Array.isArray(messages) ? messages.filter((one) => typeof one?.id === "string" && typeof one.text === "string") : [];
}
