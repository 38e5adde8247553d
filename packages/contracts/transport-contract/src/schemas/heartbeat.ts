import type { HeartbeatConfig, HeartbeatRun } from "@dispatch/wire";
import { z } from "zod";
import { reasoningEffort } from "./conversation.ts";

export const heartbeatConfig: z.ZodType<HeartbeatConfig> = z.object({
  enabled: z.boolean(),
  systemPrompt: z.string(),
  taskPrompt: z.string(),
  intervalMinutes: z.int().min(1),
  model: z.string().describe("Empty for the default."),
  reasoningEffort: reasoningEffort.nullable(),
});

/** Of a workspace that nobody has set. */
export const heartbeatDefaults: HeartbeatConfig = {
  enabled: false,
  systemPrompt: "",
  taskPrompt: "",
  intervalMinutes: 30,
  model: "",
  reasoningEffort: null,
};

export const heartbeatRun: z.ZodType<HeartbeatRun> = z.object({
  id: z.string(),
  conversationId: z.string(),
  triggeredAt: z.string().describe("ISO 8601, in UTC."),
  status: z.enum(["running", "completed", "stopped"]),
});
