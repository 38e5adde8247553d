import type { Database } from "bun:sqlite";
import { closeSync, fsyncSync, openSync, readdirSync, renameSync, rmSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { noRoomToMigrate } from "./faults.ts";
import { isWriteFailure } from "./sqlite-error.ts";

/** Older ones give way. */
export const keptBackupsMax = 3;

/**
 * Keeps the whole database as it is now in `<path>.before-v<version>-<epochMs>`, for this user alone. It has that name only once it is on the disk, and
 * until then the database is not touched. The caller holds the lock. Faults: `storage-sqlite/no-room-to-migrate` (unavailable).
 */
export function backUpBefore(db: Database, path: string, version: number, nowMs: number): void {
  const folder = dirname(path);
  const name = `${basename(path)}.before-v${version}-${nowMs}`;
  const unfinished = join(folder, `${name}.part`);
  for (const { name: left } of backupsOf(path, ".part")) rmSync(join(folder, left), { force: true });
  try {
    closeSync(openSync(unfinished, "wx", 0o600));
    db.query<unknown, [string]>("VACUUM INTO ?").run(unfinished);
    flush(unfinished);
    renameSync(unfinished, join(folder, name));
    flush(folder);
  } catch (thrown) {
    rmSync(unfinished, { force: true });
    throw isWriteFailure(thrown) || isFileError(thrown) ? noRoomToMigrate(path, thrown) : thrown;
  }
  // This one stays, also where the clock was set back and it looks like the oldest.
  const others = backupsOf(path, "").filter((other) => other.name !== name);
  const newestFirst = others.sort((a, b) => b.epochMs - a.epochMs);
  for (const { name: old } of newestFirst.slice(keptBackupsMax - 1)) rmSync(join(folder, old), { force: true });
}

function backupsOf(path: string, ending: "" | ".part"): readonly { readonly name: string; readonly epochMs: number }[] {
  const beginning = `${basename(path)}.before-v`;
  return readdirSync(dirname(path)).flatMap((name) => {
    if (!name.startsWith(beginning)) return [];
    const [, epochMs = "", found = ""] = /^\d+-(\d+)(\.part)?$/.exec(name.slice(beginning.length)) ?? [];
    return epochMs === "" || found !== ending ? [] : [{ name, epochMs: Number(epochMs) }];
  });
}

function flush(path: string): void {
  const descriptor = openSync(path, "r");
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

const isFileError = (thrown: unknown): boolean => thrown instanceof Error && "syscall" in thrown;
