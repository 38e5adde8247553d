import { z } from "zod";
import { queryCharsMax, searchResultsDefault, searchResultsMax } from "../limits.ts";
import { defineOp } from "../op.ts";
import { role } from "../schemas/chunk.ts";
import { conversationStatus } from "../schemas/conversation.ts";
import { listOf } from "../schemas/list-of.ts";
import { queryInteger, queryText } from "../schemas/query.ts";
import { statusList } from "../schemas/status-list.ts";

const range = z.object({ start: z.int().min(0), end: z.int().min(0).describe("Exclusive.") });

const found = z.object({
  conversationId: z.string(),
  title: z.string(),
  workspaceId: z.string(),
  status: conversationStatus,
  lastActivityAt: z.number().describe("Of the conversation, in epoch milliseconds."),
  seq: z.int().min(0).describe("Where in the log; 0: in the title alone."),
  kind: z.string().describe("What matched: `title`, or the type of the chunk."),
  role: role.exactOptional().describe("Absent for a title."),
  messageId: z.string().exactOptional().describe("Absent for a title."),
  snippet: z.string().describe("Plain text from around the matches. It is not markup: show it as text."),
  matches: listOf(range).describe("Where in the snippet the words stand, in UTF-16 units."),
});

export const searchConversations = defineOp({
  id: "search.query",
  intent: "read",
  summary: "Full text search over all conversations, best and newest first.",
  input: z.object({
    q: z
      .string()
      .trim()
      .min(1, "must not be blank")
      .max(queryCharsMax)
      .describe("Words that must all stand in one place; the last may be a beginning, and what is quoted stands together."),
    limit: queryInteger(1, searchResultsMax).describe(`Default ${searchResultsDefault}.`),
    workspaceId: queryText,
    status: statusList.describe("Comma list of active, queued, idle, closed. Unknown ones do not count; none left is no filter."),
  }),
  output: z.object({
    results: listOf(found).describe("Results of one conversation stand together."),
    indexing: z.boolean().describe("The index does not hold everything yet: ask again later for the rest."),
    progress: z.number().min(0).max(1).exactOptional().describe("How much it holds while it is built."),
  }),
  http: { method: "GET", path: "/search" },
  cli: { command: "search", operands: ["q"] },
  examples: [
    { input: { q: "needle" }, output: { results: [], indexing: false } },
    { input: { q: '"two words" NEAR(', limit: "5", status: "idle", workspaceId: "default" }, output: { results: [], indexing: false } },
  ],
});
