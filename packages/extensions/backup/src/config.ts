import { z } from "zod";

export const config = z.strictObject({
  folders: z
    .record(z.string().regex(/^[a-z]+$/), z.string().startsWith("/"))
    .describe("Folders whose files go along, by the name under which they are restored."),
});
export type Config = z.infer<typeof config>;
