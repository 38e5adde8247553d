import { z } from "zod";

export const config = z.strictObject({
  idleRoundsMax: z.int().min(1).max(10_000).default(6).describe("Warm requests after a turn, until the next one."),
});
