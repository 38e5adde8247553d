import { z } from "zod";

export const config = z.strictObject({
  /** Values by the name of their environment variable. */
  keys: z.record(z.string(), z.string()).default({}),
});
export type Config = z.infer<typeof config>;
