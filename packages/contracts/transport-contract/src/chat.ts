import { z } from "zod";
import { imagesMax, messageCharsMax, modelNameCharsMax, pathCharsMax } from "./limits.ts";
import { imageInput, reasoningEffort } from "./schemas/conversation.ts";
import { id, optionalId } from "./schemas/id.ts";
import { listOf } from "./schemas/list-of.ts";

const blank = { path: ["message"], message: "must not be blank: write what you want, or attach an image" };
const manyImages = { path: ["images"], message: `at most ${imagesMax} images a message` };

/** What a message brings beside its text, through whichever door it comes. */
const besideText = {
  conversationId: z.preprocess(nonEmptyText, id.optional()).optional().describe("Absent, empty or not a text: a new conversation."),
  model: z.string().max(modelNameCharsMax).optional().describe("`<credential>/<model>`. Kept as the conversation's model."),
  cwd: z.string().max(pathCharsMax).optional().describe("Kept as the conversation's folder."),
  computerId: optionalId,
  reasoningEffort: reasoningEffort.optional().describe("For this turn only."),
  workspaceId: optionalId.describe("Applied only when the conversation is new."),
  images: listOf(imageInput).optional(),
};

/**
 * The body of `POST /chat`. The answer is a stream of AgentEvents, one JSON object a line, until `turn-sealed`; the header
 * `X-Conversation-Id` names the conversation. Unknown fields are ignored.
 */
export const chatRequest = z
  .object({
    message: z.string().trim().max(messageCharsMax).default("").describe("Must not be blank, unless images are given."),
    ...besideText,
  })
  .refine(saysSomething, blank)
  .refine(hasFewImages, manyImages);

/** `chat.send` over the WebSocket. The text is taken as it is: the client shows it already, and knows it again by its equality. */
export const chatSendFrame = z
  .object({ type: z.literal("chat.send"), message: z.string().max(messageCharsMax).default(""), ...besideText })
  .refine(saysSomething, blank)
  .refine(hasFewImages, manyImages);

export type ChatRequest = z.output<typeof chatRequest>;

export const chatPath = "/chat" as const;
export const conversationIdHeader = "X-Conversation-Id";
export const ndjsonType = "application/x-ndjson";

interface Said {
  readonly message: string;
  readonly images?: readonly unknown[] | undefined;
}

function saysSomething({ message, images = [] }: Said): boolean {
  return message !== "" || images.length > 0;
}

function hasFewImages({ images = [] }: Said): boolean {
  return images.length <= imagesMax;
}

function nonEmptyText(given: unknown): unknown {
  return typeof given === "string" && given !== "" ? given : undefined;
}
