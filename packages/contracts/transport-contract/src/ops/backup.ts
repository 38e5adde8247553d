import { z } from "zod";
import { pathCharsMax } from "../limits.ts";
import { defineOp } from "../op.ts";

/** Without an example: it writes to the server's disk. */
export const createBackup = defineOp({
  id: "backup.create",
  intent: "write",
  summary: "Writes all conversations, settings and images, as of one moment, into one file on the server's machine.",
  input: z.object({
    file: z
      .string()
      .max(pathCharsMax)
      .regex(/^\/.*\.db$/s, "must be an absolute path that ends in .db, so that no file of another kind is ever replaced")
      .describe("On the server's machine. Its folder has to be there."),
    force: z.boolean().exactOptional().describe("Replace an older backup of that name."),
  }),
  output: z.object({
    file: z.string(),
    sizeBytes: z.int().min(0),
    schemaVersion: z.int(),
    entries: z.int().min(0).describe("Rows of the database."),
    files: z.int().min(0).describe("Images that went along."),
  }),
  http: { method: "POST", path: "/backup" },
  examples: [],
});
