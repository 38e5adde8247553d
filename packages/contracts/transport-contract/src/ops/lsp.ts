import { z } from "zod";
import { defineOp } from "../op.ts";
import { id } from "../schemas/id.ts";
import { listOf } from "../schemas/list-of.ts";

const server = z.object({
  id: z.string(),
  name: z.string(),
  root: z.string().describe("Absolute folder that it works on."),
  extensions: listOf(z.string()),
  state: z.enum(["connected", "starting", "error", "not-started"]),
  error: z.string().optional().describe("Why it does not run, for people."),
  configSource: z.enum([".dispatch/lsp.json", "opencode.json", "built-in"]).optional(),
});

export const getLsp = defineOp({
  id: "lsp.get",
  intent: "read",
  summary: "The language servers of the folder that a conversation works in; none for a conversation without a folder of its own.",
  input: z.object({ conversationId: id }),
  output: z.object({ conversationId: z.string(), cwd: z.string().nullable(), servers: listOf(server) }),
  http: { method: "GET", path: "/conversations/:conversationId/lsp" },
  cli: { command: "lsp", operands: ["conversationId"] },
  examples: [{ input: { conversationId: "c1" }, output: { conversationId: "c1", cwd: null, servers: [] } }],
});
