import { z } from "zod";

export const config = z.strictObject({
  version: z.string().describe("Of the server."),
  runtime: z.string().describe("Such as Bun 1.4.5."),
  variables: z
    .array(z.strictObject({ name: z.string(), isSet: z.boolean() }))
    .describe("The variables that may hold secrets, and whether they do. Never their values."),
});
export type Config = z.infer<typeof config>;
