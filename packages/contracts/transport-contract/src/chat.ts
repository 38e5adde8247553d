import { z } from "zod";
import { imagesMax, messageCharsMax, modelNameCharsMax, pathCharsMax } from "./limits.ts";
import { imageInput, reasoningEffort } from "./schemas/conversation.ts";
import { id, optionalId } from "./schemas/id.ts";
import { listOf } from "./schemas/list-of.ts";

/**
 * The body of `POST /chat`. The answer is a stream of AgentEvents, one JSON object a line, until `turn-sealed`; the header
 * `X-Conversation-Id` names the conversation. Unknown fields are ignored.
 */
export const chatRequest = z
  .object({
    message: z.string().trim().max(messageCharsMax).default("").describe("Must not be blank, unless images are given."),
    conversationId: z.preprocess(nonEmptyText, id.optional()).optional().describe("Absent, empty or not a text: a new conversation."),
    model: z.string().max(modelNameCharsMax).optional().describe("`<credential>/<model>`. Kept as the conversation's model."),
    cwd: z.string().max(pathCharsMax).optional().describe("Kept as the conversation's folder."),
    computerId: optionalId,
    reasoningEffort: reasoningEffort.optional().describe("For this turn only."),
    workspaceId: optionalId.describe("Applied only when the conversation is new."),
    images: listOf(imageInput).optional(),
  })
  .refine(({ message, images }) => message !== "" || (images !== undefined && images.length > 0), {
    path: ["message"],
    message: "must not be blank: write what you want, or attach an image",
  })
  .refine(({ images = [] }) => images.length <= imagesMax, { path: ["images"], message: `at most ${imagesMax} images a message` });

export type ChatRequest = z.output<typeof chatRequest>;

export const chatPath = "/chat" as const;
export const conversationIdHeader = "X-Conversation-Id";
export const ndjsonType = "application/x-ndjson";

function nonEmptyText(given: unknown): unknown {
  return typeof given === "string" && given !== "" ? given : undefined;
}
