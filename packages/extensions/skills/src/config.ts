import { z } from "zod";

export const config = z.strictObject({
  home: z
    .string()
    .startsWith("/", "must be absolute")
    .optional()
    .describe(
      "Absolute path of the folder in which `.skills` holds skills for every conversation; without it there are none but a folder's own.",
    ),
});
export type Config = z.infer<typeof config>;
