import { z } from "zod";

export const config = z.strictObject({
  mode: z.enum(["read-only", "workspace-write", "full"]).default("workspace-write").describe("Where nobody set another."),
  approval: z.enum(["ask", "never", "auto"]).default("ask").describe("Where nobody set another."),
});
export type Config = z.infer<typeof config>;
