import { z } from "zod";

const dayMs = 24 * 60 * 60 * 1000;

export const config = z.strictObject({
  timeoutMs: z.number().int().min(1_000).default(dayMs).describe("How long a question waits for its answer."),
});
export type Config = z.infer<typeof config>;
