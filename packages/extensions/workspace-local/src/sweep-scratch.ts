import { lstat, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import type { SweptScratch, Workspaces } from "./contract.ts";
import { errnoOf } from "./faults.ts";
import { scratchOf } from "./scratch.ts";

/** Every scratch file that was last changed before that. Folders stay: one may be about to be written to. No link is followed. */
export async function sweepScratch(
  dataDir: string,
  { beforeMs, remove, signal }: Parameters<Workspaces["sweepScratch"]>[0],
): Promise<SweptScratch> {
  let files = 0;
  let sizeBytes = 0;
  for (const folder of await namesIn(scratchOf(dataDir))) {
    const path = join(scratchOf(dataDir), folder);
    for (const name of await namesIn(path)) {
      signal.throwIfAborted();
      const found = await lstat(join(path, name)).catch(() => undefined);
      if (found === undefined || found.isDirectory() || found.mtimeMs >= beforeMs) continue;
      if (remove) await rm(join(path, name), { force: true });
      files += 1;
      sizeBytes += found.size;
    }
  }
  return { files, sizeBytes };
}

async function namesIn(folder: string): Promise<readonly string[]> {
  try {
    return await readdir(folder);
  } catch (thrown) {
    if (errnoOf(thrown) === "ENOENT" || errnoOf(thrown) === "ENOTDIR") return [];
    throw thrown;
  }
}
