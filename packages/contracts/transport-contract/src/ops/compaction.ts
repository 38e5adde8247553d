import { z } from "zod";
import { modelNameCharsMax } from "../limits.ts";
import { defineOp } from "../op.ts";
import { id } from "../schemas/id.ts";

const conversation = z.object({ conversationId: id });

export const compactConversation = defineOp({
  id: "conversations.compact",
  intent: "write",
  summary:
    "Folds the older messages of an idle conversation into a summary; an archive keeps reading as it was. Any refusal is a conflict.",
  input: conversation.extend({
    keepLastN: z
      .preprocess(wholeMessages, z.int().min(1).optional())
      .optional()
      .describe("How many messages stay as they are; default 10. What is no positive number counts as absent."),
    modelName: z
      .preprocess(givenName, z.string().optional())
      .optional()
      .describe("Who writes the summary: `<credential>/<model>`. Absent: the conversation's model."),
  }),
  output: z.object({
    conversationId: z.string(),
    newConversationId: z.string().describe("The archive: a closed conversation with the whole history."),
    messagesSummarized: z.int(),
    messagesKept: z.int(),
  }),
  http: { method: "POST", path: "/conversations/:conversationId/compact", bodyOptional: true },
  cli: { command: "compact", operands: ["conversationId"] },
  // The archive's id is a fresh one, so no example would hold twice.
  examples: [],
});

function wholeMessages(given: unknown): unknown {
  const told = typeof given === "string" && given.trim() !== "" ? Number(given) : given;
  const count = typeof told === "number" ? Math.floor(told) : 0;
  return Number.isSafeInteger(count) && count > 0 ? count : undefined;
}

function givenName(given: unknown): unknown {
  if (typeof given !== "string" || given.trim() === "" || given.length > modelNameCharsMax) return undefined;
  return given.trim();
}

const threshold = z.object({
  conversationId: z.string(),
  threshold: z.int().describe("Percent of the model's context window at which the conversation is compacted by itself; 0 is never."),
  percent: z.int().describe("The same, by its other name."),
});

export const getCompactPercent = defineOp({
  id: "compact-percent.get",
  intent: "read",
  summary: "How full the context window gets before a conversation is compacted by itself; 85 unless set.",
  input: conversation,
  output: threshold,
  http: { method: "GET", path: "/conversations/:conversationId/compact-percent" },
  examples: [{ input: { conversationId: "c1" }, output: { conversationId: "c1", threshold: 85, percent: 85 } }],
});

export const setCompactPercent = defineOp({
  id: "compact-percent.set",
  intent: "write",
  summary: "Sets how full the context window gets before a conversation is compacted by itself; 0 turns that off.",
  input: z.preprocess(thresholdOrPercent, conversation.extend({ threshold: z.number().min(0).max(Number.MAX_SAFE_INTEGER) })),
  output: threshold,
  http: { method: "PUT", path: "/conversations/:conversationId/compact-percent" },
  examples: [
    { input: { conversationId: "c1", threshold: 70.5 }, output: { conversationId: "c1", threshold: 70, percent: 70 } },
    { input: { conversationId: "c1", percent: 0 }, output: { conversationId: "c1", threshold: 0, percent: 0 } },
  ],
});

/** `percent` is an alias of `threshold`. */
function thresholdOrPercent(given: unknown): unknown {
  if (typeof given !== "object" || given === null || !("percent" in given) || "threshold" in given) return given;
  return { ...given, threshold: given.percent };
}
