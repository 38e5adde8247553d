import { z } from "zod";

/** Percent of the context window; 0 is never. */
export const percentSetting: z.ZodObject<{ threshold: z.ZodInt }> = z.object({ threshold: z.int().min(0) });
