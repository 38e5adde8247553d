import { z } from "zod";

export const config = z.strictObject({
  /** Where a conversation works that has no folder of its own. Absolute. */
  cwd: z.string().startsWith("/"),
});
