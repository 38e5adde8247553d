import { z } from "zod";

export const config = z.strictObject({
  /** Absolute: the built files of a web client, `index.html` among them. Absent: there is none. */
  folder: z.string().startsWith("/").optional(),
});

export type Config = z.output<typeof config>;
