import { z } from "zod";
import { defineOp } from "../op.ts";
import { listOf } from "../schemas/list-of.ts";
import { queryInteger, queryText } from "../schemas/query.ts";

export const auditPageMax = 1_000;

export const listAudit = defineOp({
  id: "audit.list",
  intent: "read",
  summary: "Who changed what, and from where: ops that change anything, messages, actions; newest first.",
  input: z.object({
    who: queryText.describe("Only what this caller did."),
    what: queryText.describe("Only what begins so, such as tokens or chat.send."),
    before: queryText.describe("Only what is older than the entry of this id."),
    limit: queryInteger(1, auditPageMax).describe("The most entries; default 100."),
  }),
  output: z.object({
    entries: listOf(
      z.object({
        id: z.string(),
        at: z.number().describe("Epoch milliseconds."),
        who: z.string().describe("The name of the token; `token` for DISPATCH_TOKEN, `local` where none is needed."),
        via: z.string().describe("The door it came through."),
        address: z.string().nullable().describe("Where it came from; null: from within the server."),
        what: z.string().describe("The op, or chat.send, chat.queue, chat.queue-cancel, surfaces.invoke."),
        input: z.string().describe("The beginning of what was asked for, as JSON, without secrets."),
        outcome: z.string().describe("`done`, or the code of the fault."),
      }),
    ),
    more: z.boolean().describe("There are older ones: ask again, before the last of these."),
  }),
  http: { method: "GET", path: "/audit" },
  cli: { command: "audit" },
  examples: [{ input: {}, output: { entries: [], more: false } }],
});
