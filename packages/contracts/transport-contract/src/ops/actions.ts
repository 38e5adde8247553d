import { z } from "zod";
import { messageCharsMax } from "../limits.ts";
import { defineOp } from "../op.ts";
import { queuedMessage } from "../schemas/conversation.ts";
import { id, optionalId } from "../schemas/id.ts";
import { listOf } from "../schemas/list-of.ts";

const conversation = z.object({ conversationId: id });
const queue = listOf(queuedMessage).describe("What still waits, oldest first.");
const ended = z.object({ conversationId: z.string(), abortedTurn: z.boolean() });

export const enqueueMessage = defineOp({
  id: "queue.add",
  intent: "write",
  summary: "Sends a message without waiting: starts a turn, or waits in the queue of the running one.",
  input: z.preprocess(
    textOrMessage,
    conversation.extend({
      text: z.string().trim().min(1, "must not be blank").max(messageCharsMax),
      workspaceId: optionalId.describe("Applied only when the conversation is new."),
    }),
  ),
  output: z.object({ conversationId: z.string(), startedTurn: z.boolean(), queue }),
  http: { method: "POST", path: "/conversations/:conversationId/queue" },
  examples: [
    {
      given: "one-model",
      input: { conversationId: "c1", text: "hello" },
      output: { conversationId: "c1", startedTurn: true, queue: [] },
    },
  ],
});

/** `message` is an alias of `text`. */
function textOrMessage(given: unknown): unknown {
  if (typeof given !== "object" || given === null || !("message" in given) || "text" in given) return given;
  return { ...given, text: given.message };
}

export const listQueue = defineOp({
  id: "queue.list",
  intent: "read",
  summary: "What waits in the queue of a conversation, oldest first.",
  input: conversation,
  output: z.object({ conversationId: z.string(), queue }),
  http: { method: "GET", path: "/conversations/:conversationId/queue" },
  cli: { command: "queue", operands: ["conversationId"] },
  examples: [{ input: { conversationId: "c1" }, output: { conversationId: "c1", queue: [] } }],
});

export const cancelQueuedMessage = defineOp({
  id: "queue.cancel",
  intent: "destroy",
  summary: "Takes a message out of the queue, if it still waits.",
  input: conversation.extend({ messageId: id }),
  output: z.object({ conversationId: z.string(), cancelled: z.boolean(), queue }),
  http: { method: "DELETE", path: "/conversations/:conversationId/queue/:messageId" },
  cli: { command: "cancel", operands: ["conversationId", "messageId"] },
  examples: [{ input: { conversationId: "c1", messageId: "m1" }, output: { conversationId: "c1", cancelled: false, queue: [] } }],
});

export const stopConversation = defineOp({
  id: "conversations.stop",
  intent: "write",
  summary: "Ends the running turn. Queued messages stay and wait for the next send.",
  input: conversation,
  output: ended,
  http: { method: "POST", path: "/conversations/:conversationId/stop", bodyOptional: true },
  cli: { command: "stop", operands: ["conversationId"] },
  examples: [{ input: { conversationId: "c1" }, output: { conversationId: "c1", abortedTurn: false } }],
});

export const closeConversation = defineOp({
  id: "conversations.close",
  intent: "destroy",
  summary: "Ends the running turn, discards the queue and closes the conversation. Its log stays; a new message opens it again.",
  input: conversation,
  output: ended,
  http: { method: "POST", path: "/conversations/:conversationId/close", bodyOptional: true },
  cli: { command: "close", operands: ["conversationId"] },
  examples: [{ input: { conversationId: "c1" }, output: { conversationId: "c1", abortedTurn: false } }],
});

export const openConversation = defineOp({
  id: "conversations.open",
  intent: "write",
  summary: "Asks every connected client to show a conversation. Changes nothing.",
  input: conversation,
  output: z.object({ conversationId: z.string() }),
  http: { method: "POST", path: "/conversations/:conversationId/open", bodyOptional: true },
  cli: { command: "open", operands: ["conversationId"] },
  examples: [{ input: { conversationId: "c1" }, output: { conversationId: "c1" } }],
});
