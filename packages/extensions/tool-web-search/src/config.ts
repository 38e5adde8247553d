import { z } from "zod";

export const config = z.strictObject({
  apiUrl: z
    .url({ protocol: /^https?$/ })
    .default("https://api.firecrawl.dev")
    .describe("Where Firecrawl is."),
  allow: z.array(z.string()).default([]).describe("What Firecrawl may be asked to read although it is not public, as in tool-fetch."),
});
export type Config = z.infer<typeof config>;
