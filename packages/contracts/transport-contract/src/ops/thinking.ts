import { z } from "zod";
import { defineOp } from "../op.ts";
import { id } from "../schemas/id.ts";

const conversation = z.object({ conversationId: id });

export const getThinking = defineOp({
  id: "thinking.get",
  intent: "read",
  summary: "Whether the model is to think before it answers in a conversation; null: nobody said, so it is.",
  input: conversation,
  output: z.object({ conversationId: z.string(), thinking: z.boolean().nullable() }),
  http: { method: "GET", path: "/conversations/:conversationId/thinking" },
  examples: [{ input: { conversationId: "c1" }, output: { conversationId: "c1", thinking: null } }],
});

export const setThinking = defineOp({
  id: "thinking.set",
  intent: "write",
  summary: "Turns the model's thinking in a conversation on or off; off asks for the least effort that a request can say.",
  input: conversation.extend({ thinking: z.boolean() }),
  output: z.object({ conversationId: z.string(), thinking: z.boolean() }),
  http: { method: "PUT", path: "/conversations/:conversationId/thinking" },
  examples: [{ input: { conversationId: "c1", thinking: false }, output: { conversationId: "c1", thinking: false } }],
});
