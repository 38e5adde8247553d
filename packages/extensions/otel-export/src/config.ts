import { z } from "zod";

const hasNoPassword = (url: string): boolean => {
  const { username, password } = new URL(url);
  return username === "" && password === "";
};

export const config = z.strictObject({
  endpoint: z
    .url({ protocol: /^https?$/ })
    .refine(hasNoPassword, "holds a password: set OTEL_EXPORTER_OTLP_HEADERS instead")
    .optional()
    .describe("Of a collector that takes OTLP over HTTP. Absent: nothing is sent."),
  content: z.boolean().default(false).describe("Sends what models were told, too."),
});
export type Config = z.infer<typeof config>;
