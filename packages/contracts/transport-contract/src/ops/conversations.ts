import { z } from "zod";
import { lastTimeoutMsMax } from "../limits.ts";
import { defineOp } from "../op.ts";
import { storedChunk } from "../schemas/chunk.ts";
import { conversationMeta, conversationStatus } from "../schemas/conversation.ts";
import { id } from "../schemas/id.ts";
import { listOf } from "../schemas/list-of.ts";
import { turnMetrics } from "../schemas/metrics.ts";
import { queryInteger, queryText } from "../schemas/query.ts";
import { statusList } from "../schemas/status-list.ts";

export const listConversations = defineOp({
  id: "conversations.list",
  intent: "read",
  summary: "Conversations, newest activity first.",
  input: z.object({
    q: queryText.describe("Beginning of an id."),
    status: statusList.describe("Comma list of active, queued, idle, closed. Unknown ones do not count; none left is no filter."),
    workspaceId: queryText,
  }),
  output: z.object({ conversations: listOf(conversationMeta) }),
  http: { method: "GET", path: "/conversations" },
  cli: { command: "list", operands: ["q"] },
  examples: [
    { input: {}, output: { conversations: [] } },
    { input: { q: "c1", status: "active,idle", workspaceId: "default" }, output: { conversations: [] } },
  ],
});

export const getConversation = defineOp({
  id: "conversations.get",
  intent: "read",
  summary: "A window of the log: the newest `limit` chunks with `sinceSeq` < seq < `beforeSeq`, ascending.",
  input: z.object({
    conversationId: id,
    sinceSeq: queryInteger(0).describe("Default 0."),
    beforeSeq: queryInteger(1),
    limit: queryInteger(1),
  }),
  output: z.object({
    chunks: listOf(storedChunk),
    latestSeq: z.int().describe("Of the last chunk given, or the `sinceSeq` asked for when there is none."),
  }),
  http: { method: "GET", path: "/conversations/:conversationId" },
  examples: [
    { input: { conversationId: "c1" }, output: { chunks: [], latestSeq: 0 } },
    { input: { conversationId: "c1", sinceSeq: "7", beforeSeq: "", limit: 2 }, output: { chunks: [], latestSeq: 7 } },
  ],
});

export const getStatus = defineOp({
  id: "conversations.status",
  intent: "read",
  summary: "Whether a turn runs, and the stored status. An unknown conversation is `missing`.",
  input: z.object({ conversationId: id }),
  output: z.object({ conversationId: z.string(), isActive: z.boolean(), status: conversationStatus }),
  http: { method: "GET", path: "/conversations/:conversationId/status" },
  examples: [
    {
      given: "closed-conversation",
      input: { conversationId: "c1" },
      output: { conversationId: "c1", isActive: false, status: "closed" },
    },
  ],
});

export const getLast = defineOp({
  id: "conversations.last",
  intent: "read",
  summary: "Waits until no turn runs, then gives the last reply.",
  input: z.object({
    conversationId: id,
    timeoutMs: queryInteger(0, lastTimeoutMsMax).describe("The longest wait; default 60000."),
  }),
  output: z.object({
    conversationId: z.string(),
    content: z.string().describe("The last text of the last assistant message; empty when there is none."),
    turnId: z.string().exactOptional().describe("The turn whose end was seen during the wait."),
    settled: z.literal(false).exactOptional().describe("Present when the wait was too short: the reply is an older one."),
  }),
  http: { method: "GET", path: "/conversations/:conversationId/last" },
  cli: { command: "read", operands: ["conversationId"] },
  examples: [{ input: { conversationId: "c1" }, output: { conversationId: "c1", content: "" } }],
});

export const getMetrics = defineOp({
  id: "conversations.metrics",
  intent: "read",
  summary: "Usage and timing of every sealed turn, in order.",
  input: z.object({ conversationId: id }),
  output: z.object({ turns: listOf(turnMetrics) }),
  http: { method: "GET", path: "/conversations/:conversationId/metrics" },
  examples: [{ input: { conversationId: "c1" }, output: { turns: [] } }],
});
