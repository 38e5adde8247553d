import { keyedCredentials } from "@dispatch/keyed-credentials";
import { z } from "zod";

export const config = z.strictObject({
  baseUrl: z.url({ protocol: /^https?$/ }).default("https://opencode.ai/zen/go/v1"),
  /** The default model, without the credential. */
  model: z.string().min(1).default("deepseek-v4-flash"),
  /** More servers, each with its own name. */
  credentials: keyedCredentials,
});
export type Config = z.infer<typeof config>;
