import type { Chunk, Role, StoredChunk } from "@dispatch/wire";
import { z } from "zod";

export const role: z.ZodType<Role> = z.enum(["system", "user", "assistant", "tool"]);

export const chunk: z.ZodType<Chunk> = z.discriminatedUnion("type", [
  z.object({ type: z.literal("text"), text: z.string() }),
  z.object({ type: z.literal("thinking"), text: z.string() }),
  z.object({
    type: z.literal("tool-call"),
    toolCallId: z.string(),
    toolName: z.string(),
    input: z.unknown(),
    stepId: z.string().exactOptional(),
  }),
  z.object({
    type: z.literal("tool-result"),
    toolCallId: z.string(),
    toolName: z.string(),
    content: z.string(),
    isError: z.boolean(),
    stepId: z.string().exactOptional(),
  }),
  z.object({ type: z.literal("error"), message: z.string(), code: z.string().exactOptional() }),
  z.object({ type: z.literal("system"), text: z.string() }),
  z.object({ type: z.literal("image"), url: z.string(), mimeType: z.string().exactOptional() }),
]);

export const storedChunk: z.ZodType<StoredChunk> = z.object({
  seq: z.int().min(1).describe("Counts from 1 without holes."),
  role,
  chunk,
  messageId: z.string().describe("Chunks of one message share it."),
});
