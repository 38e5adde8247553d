import { z } from "zod";

export const config = z.strictObject({
  url: z
    .url({ protocol: /^https?$/ })
    .optional()
    .describe("The transcriber service. Without it there is no tool."),
});
export type Config = z.infer<typeof config>;
