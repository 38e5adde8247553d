import type { ConversationMeta, ConversationStatus, ImageInput, QueuedMessage, ReasoningEffort } from "@dispatch/wire";
import { z } from "zod";

export const conversationStatuses = ["active", "queued", "idle", "closed"] as const satisfies readonly ConversationStatus[];
export const conversationStatus: z.ZodType<ConversationStatus> = z.enum(conversationStatuses);

export const reasoningEfforts = ["low", "medium", "high", "xhigh", "max"] as const satisfies readonly ReasoningEffort[];
export const reasoningEffort: z.ZodType<ReasoningEffort> = z.enum(reasoningEfforts);

export const conversationMeta: z.ZodType<ConversationMeta> = z.object({
  id: z.string(),
  createdAt: z.number().describe("Epoch milliseconds."),
  lastActivityAt: z.number().describe("Epoch milliseconds."),
  title: z.string(),
  status: conversationStatus,
  workspaceId: z.string(),
  compactedFrom: z.string().exactOptional().describe("The archive that holds what compaction left out of the model's view."),
});

export const queuedMessage: z.ZodType<QueuedMessage> = z.object({
  id: z.string(),
  text: z.string(),
  queuedAt: z.number().describe("Epoch milliseconds."),
});

export const imageInput: z.ZodType<ImageInput> = z.object({
  url: z.string().min(1, "must not be empty").describe("A data URL or an http(s) URL."),
  mimeType: z.string().exactOptional(),
});
