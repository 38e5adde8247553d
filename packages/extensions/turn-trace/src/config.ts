import { z } from "zod";

export const config = z.strictObject({
  recordings: z.boolean().default(true).describe("Keeps what each turn's loop was given, so that the turn can be replayed."),
});
