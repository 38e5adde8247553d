import { concurrencyCooldownMsMax, concurrencyLimitMax } from "@dispatch/transport-contract";
import { z } from "zod";
import type { SlotSettings } from "./slots.ts";

export const defaultSettings: SlotSettings = { limit: null, cooldownMs: 350 };

/** As they are stored. */
export const slotSettings: z.ZodType<SlotSettings> = z.object({
  limit: z.int().min(1).max(concurrencyLimitMax).nullable(),
  cooldownMs: z.int().min(0).max(concurrencyCooldownMsMax),
});
