import type { Workspace, WorkspaceEntry } from "@dispatch/wire";
import { z } from "zod";

const fields = z.object({
  id: z.string(),
  title: z.string(),
  defaultCwd: z.string().nullable().describe("Where its conversations work that have no folder of their own; null: where the server does."),
  defaultComputerId: z.string().nullable(),
  starred: z.boolean(),
  createdAt: z.number().describe("Epoch milliseconds."),
  lastActivityAt: z.number().describe("Epoch milliseconds: when a message last came to one of its conversations."),
});

export const workspace: z.ZodType<Workspace> = fields;

export const workspaceEntry: z.ZodType<WorkspaceEntry> = fields.extend({
  conversationCount: z.int().describe("Closed ones included."),
});
