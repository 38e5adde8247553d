import { z } from "zod";

export const config = z.strictObject({
  folder: z.string().min(1).describe("Absolute: where images lie. Made when the first one comes."),
});
export type Config = z.infer<typeof config>;
