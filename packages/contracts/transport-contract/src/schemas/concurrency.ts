import { z } from "zod";

/** How many requests a provider gets, and how it goes. */
export interface ProviderStatus {
  readonly providerId: string;
  readonly limit: number;
  readonly inFlight: number;
  readonly queued: number;
  readonly paused: boolean;
  readonly pausedUntil?: number;
  readonly cooldownMs: number;
  readonly autoReduced: boolean;
  readonly autoReducedFrom?: number;
  readonly notice?: string;
}

export const providerStatus: z.ZodType<ProviderStatus> = z.object({
  providerId: z.string(),
  limit: z.int().min(1).describe("Requests at once, as it is now."),
  inFlight: z.int(),
  queued: z.int().describe("Requests that wait."),
  paused: z.boolean().describe("The provider wanted to be left alone."),
  pausedUntil: z.number().exactOptional().describe("Epoch milliseconds."),
  cooldownMs: z.int(),
  autoReduced: z.boolean().describe("Fewer than set, because the provider refused requests. It recovers by itself."),
  autoReducedFrom: z.int().exactOptional().describe("What was too much."),
  notice: z.string().exactOptional().describe("For people: why it is so."),
});
