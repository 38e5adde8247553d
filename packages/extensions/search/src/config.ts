import { z } from "zod";

export const config = z.strictObject({
  path: z
    .string()
    .min(1)
    .describe("Absolute: the index's own file. It may be deleted at any time. `:memory:` for one that ends with the process."),
});
