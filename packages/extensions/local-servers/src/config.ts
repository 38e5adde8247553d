import { z } from "zod";

const address = z.url({ protocol: /^https?$/ });

/** Where each is looked for: the address without `/v1`, or with it. */
export const config = z.strictObject({
  ollama: address.default("http://127.0.0.1:11434"),
  llamacpp: address.default("http://127.0.0.1:8080"),
  lmstudio: address.default("http://127.0.0.1:1234"),
});
export type Config = z.infer<typeof config>;
export type ServerName = keyof Config;
