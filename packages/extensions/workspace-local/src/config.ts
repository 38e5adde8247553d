import { z } from "zod";

export const config = z.strictObject({
  dataDir: z.string().min(1).describe("Absolute folder of this server's own data. Scratch folders are made in it."),
  extraRoots: z.array(z.string().min(1)).default([]).describe("Absolute folders that every conversation may use beside its own."),
});

export type Config = z.infer<typeof config>;
