import { z } from "zod";

export const config = z.strictObject({
  dataDir: z.string().min(1).describe("Absolute folder of this server's own data. Scratch folders are made in it."),
  closed: z
    .array(z.string().startsWith("/"))
    .default([])
    .describe(
      "Absolute files and folders of the server's own that nobody may use, also inside of their working directory. A name that ends in * is a beginning.",
    ),
  extraRoots: z.array(z.string().min(1)).default([]).describe("Absolute folders that every conversation may use beside its own."),
});

export type Config = z.infer<typeof config>;
