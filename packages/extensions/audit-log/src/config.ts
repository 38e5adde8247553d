import { z } from "zod";

export const config = z.strictObject({
  /** Entries go after so many days. 0: none is kept. */
  days: z.int().min(0).max(36_500).default(90),
});

export type Config = z.output<typeof config>;
