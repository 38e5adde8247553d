import { z } from "zod";

export const config = z.strictObject({
  /** The port beside the HTTP port; 0 takes any that is free. */
  port: z.int().min(0).max(65_535).default(24205),
});

export type Config = z.output<typeof config>;
