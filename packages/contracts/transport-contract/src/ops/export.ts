import { z } from "zod";
import { defineOp } from "../op.ts";
import { id } from "../schemas/id.ts";

export const exportFormats = ["md", "json", "html"] as const;

export const exportConversation = defineOp({
  id: "conversations.export",
  intent: "read",
  summary: "A conversation as one file: Markdown to read, JSON with all that is stored of it, or a page that needs nothing else.",
  input: z.object({ conversationId: id, format: z.enum(exportFormats).exactOptional().describe("Default md.") }),
  output: z.object({
    conversationId: z.string(),
    format: z.enum(exportFormats),
    fileName: z.string().describe("What to call it: the title in safe letters, and the format."),
    text: z.string().describe("The whole file."),
  }),
  http: { method: "GET", path: "/conversations/:conversationId/export" },
  examples: [
    {
      given: "closed-conversation",
      input: { conversationId: "c1", format: "md" },
      output: { conversationId: "c1", format: "md", fileName: "untitled.md", text: "# Untitled\n\nConversation `c1`, closed.\n" },
    },
  ],
});
