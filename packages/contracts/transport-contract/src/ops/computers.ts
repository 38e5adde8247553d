import { z } from "zod";
import { defineOp } from "../op.ts";
import { computer, computerEntry, computerStatus } from "../schemas/computer.ts";
import { id, workspaceSlug } from "../schemas/id.ts";
import { listOf } from "../schemas/list-of.ts";

const byAlias = z.object({ alias: id });
const conversation = z.object({ conversationId: id });
const setting = z.object({ conversationId: z.string(), computerId: z.string().nullable() });

export const listComputers = defineOp({
  id: "computers.list",
  intent: "read",
  summary: "Other computers that tools can run on.",
  input: z.object({}),
  output: z.object({ computers: listOf(computerEntry) }),
  http: { method: "GET", path: "/computers" },
  examples: [{ input: {}, output: { computers: [] } }],
});

export const getComputer = defineOp({
  id: "computers.get",
  intent: "read",
  summary: "One computer.",
  input: byAlias,
  output: computer,
  http: { method: "GET", path: "/computers/:alias" },
  examples: [],
});

export const getComputerStatus = defineOp({
  id: "computers.status",
  intent: "read",
  summary: "Whether a computer is connected.",
  input: byAlias,
  output: computerStatus,
  http: { method: "GET", path: "/computers/:alias/status" },
  examples: [{ input: { alias: "laptop" }, output: { alias: "laptop", state: "disconnected", knownHost: false } }],
});

export const testComputer = defineOp({
  id: "computers.test",
  intent: "write",
  summary: "Tries to reach a computer.",
  input: byAlias,
  output: z.object({ alias: z.string(), ok: z.boolean(), error: z.string().exactOptional() }),
  http: { method: "POST", path: "/computers/:alias/test", bodyOptional: true },
  examples: [
    {
      input: { alias: "laptop" },
      output: { alias: "laptop", ok: false, error: "This server reaches no other computers: tools run on its own machine." },
    },
  ],
});

export const getConversationComputer = defineOp({
  id: "computer.get",
  intent: "read",
  summary: "The computer stored for a conversation.",
  input: conversation,
  output: setting,
  http: { method: "GET", path: "/conversations/:conversationId/computer" },
  examples: [{ input: { conversationId: "c1" }, output: { conversationId: "c1", computerId: null } }],
});

export const setConversationComputer = defineOp({
  id: "computer.set",
  intent: "write",
  summary: "Sets the computer a conversation works on, and its workspace when one is given; null clears it.",
  input: conversation.extend({ computerId: id.nullable(), workspaceId: workspaceSlug.optional() }),
  output: setting,
  http: { method: "PUT", path: "/conversations/:conversationId/computer" },
  examples: [
    { input: { conversationId: "c1", computerId: "laptop" }, output: { conversationId: "c1", computerId: "laptop" } },
    { input: { conversationId: "c1", computerId: null }, output: { conversationId: "c1", computerId: null } },
  ],
});

export const clearConversationComputer = defineOp({
  id: "computer.clear",
  intent: "write",
  summary: "Forgets the computer of a conversation.",
  input: conversation,
  output: setting,
  http: { method: "DELETE", path: "/conversations/:conversationId/computer" },
  examples: [{ input: { conversationId: "c1" }, output: { conversationId: "c1", computerId: null } }],
});
