import { z } from "zod";
import { modelNameCharsMax, pathCharsMax } from "../limits.ts";
import { defineOp } from "../op.ts";
import { id } from "../schemas/id.ts";
import { warmResult } from "../schemas/warming.ts";

const nothing = { inputTokens: 0, outputTokens: 0, cacheReadTokens: 0, cacheWriteTokens: 0, cachePct: 0, expectedCacheRate: 0 };

export const warmConversation = defineOp({
  id: "chat.warm",
  intent: "write",
  summary:
    "Asks a conversation's model what the next turn will ask, for one token, so that the provider keeps it in its cache. Leaves no trace in the log.",
  input: z.object({
    conversationId: id,
    model: z.string().max(modelNameCharsMax).optional().describe("`<credential>/<model>`. Absent: the conversation's own."),
    cwd: z.string().max(pathCharsMax).optional().describe("Absent: the conversation's own folder."),
  }),
  output: warmResult,
  http: { method: "POST", path: "/chat/warm" },
  cli: { command: "warm", operands: ["conversationId"] },
  examples: [{ given: "one-turn", input: { conversationId: "c1" }, output: nothing }],
});
