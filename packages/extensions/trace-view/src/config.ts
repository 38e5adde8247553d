import { z } from "zod";

export const config = z.strictObject({
  path: z.string().min(1).describe("The trace database. It may not exist yet."),
});
