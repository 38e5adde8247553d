import type { StepMetrics, TurnMetrics, Usage } from "@dispatch/wire";
import { z } from "zod";
import { listOf } from "./list-of.ts";

export const usage: z.ZodType<Usage> = z.object({
  inputTokens: z.number().describe("The whole prompt, cached tokens included."),
  outputTokens: z.number(),
  cacheReadTokens: z.number().exactOptional(),
  cacheWriteTokens: z.number().exactOptional(),
  reasoningTokens: z.number().exactOptional(),
});

export const stepMetrics: z.ZodType<StepMetrics> = z.object({
  stepId: z.string(),
  usage,
  ttftMs: z.number().exactOptional(),
  decodeMs: z.number().exactOptional(),
  genTotalMs: z.number().exactOptional(),
});

export const turnMetrics: z.ZodType<TurnMetrics> = z.object({
  turnId: z.string(),
  usage,
  durationMs: z.number().exactOptional(),
  steps: listOf(stepMetrics),
  contextSize: z.number().exactOptional(),
  reason: z.string().exactOptional(),
});
