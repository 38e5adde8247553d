import { z } from "zod";
import { pathCharsMax } from "../limits.ts";
import { defineOp } from "../op.ts";
import { listOf } from "../schemas/list-of.ts";
import { folderTrustRecord, folderTrustState } from "../schemas/trust.ts";

const folder = z.string().min(1).max(pathCharsMax).startsWith("/", "must be an absolute path").describe("Absolute, on the server.");

export const getTrust = defineOp({
  id: "trust.get",
  intent: "read",
  summary: "Whether the files of a folder may decide which programs run, and which files those are.",
  input: z.object({ folder }),
  output: folderTrustState,
  http: { method: "GET", path: "/trust" },
  examples: [],
});

export const listTrust = defineOp({
  id: "trust.list",
  intent: "read",
  summary: "The folders that somebody trusted, by path.",
  input: z.object({}),
  output: z.object({ folders: listOf(folderTrustRecord) }),
  http: { method: "GET", path: "/trust/folders" },
  examples: [{ input: {}, output: { folders: [] } }],
});

export const setTrust = defineOp({
  id: "trust.set",
  intent: "write",
  summary: "Trusts a folder as it stood when its hash was shown.",
  input: z.object({ folder, hash: z.string().regex(/^[0-9a-f]{64}$/, "must be the hash that trust.get shows") }),
  output: folderTrustState,
  http: { method: "PUT", path: "/trust" },
  examples: [],
});

export const removeTrust = defineOp({
  id: "trust.remove",
  intent: "write",
  summary: "Trusts a folder no longer.",
  input: z.object({ folder }),
  output: z.object({ removed: z.boolean() }),
  http: { method: "DELETE", path: "/trust" },
  examples: [],
});
