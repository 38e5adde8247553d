import type { FolderTrustRecord, FolderTrustState, TrustedFile } from "@dispatch/wire";
import { z } from "zod";
import { listOf } from "./list-of.ts";

const trustedFile: z.ZodType<TrustedFile> = z.object({
  path: z.string().describe("Relative to its folder."),
  sha256: z.string(),
  sizeBytes: z.number(),
});

export const folderTrustState: z.ZodType<FolderTrustState> = z.object({
  folder: z.string().describe("Absolute real path."),
  state: z.enum(["untrusted", "trusted", "changed"]).describe("`changed`: it was trusted, and its files are others since."),
  hash: z.string().nullable().describe("Over all `files`; null where they cannot all be read."),
  files: listOf(trustedFile).describe("Those that name programs, or are some."),
  problem: z.string().exactOptional().describe("Why there is no hash."),
});

export const folderTrustRecord: z.ZodType<FolderTrustRecord> = z.object({
  folder: z.string(),
  hash: z.string(),
  by: z.string(),
  at: z.number().describe("Epoch milliseconds."),
});
