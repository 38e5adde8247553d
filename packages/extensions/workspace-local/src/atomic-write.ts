import { randomUUID } from "node:crypto";
import { type BigIntStats, constants } from "node:fs";
import { type FileHandle, link, open, rename, unlink } from "node:fs/promises";
import type { FileVersion } from "@dispatch/kernel";
import { errnoOf } from "./faults.ts";
import type { Pinned } from "./pinned.ts";
import { versionOf } from "./version.ts";

export interface Replacement {
  readonly folder: Pinned;
  readonly name: string;
  readonly bytes: Uint8Array;
  /** The file that is replaced: its mode and owner go over to the new one. Absent: a file that must not be there yet. */
  readonly replaced?: BigIntStats;
  /** Throws when the world has moved. Called last before the new file takes its name. */
  check(): Promise<void>;
}

/**
 * Either the whole new content stands under the name, and stays there after a power cut, or nothing has happened. The one trace that a
 * crash may leave is a file `.dispatch-<id>.tmp`. Throws what the system answers.
 */
export async function writeAtomically({ folder, name, bytes, replaced, check }: Replacement): Promise<FileVersion> {
  const target = `${folder.handle}/${name}`;
  const temporary = `${folder.handle}/.dispatch-${randomUUID()}.tmp`;
  try {
    const version = await fill(temporary, bytes, replaced);
    await check();
    await (replaced === undefined ? takeFreeName(temporary, target) : rename(temporary, target));
    await syncFolder(folder.handle);
    return version;
  } catch (thrown) {
    await unlink(temporary).catch(() => {});
    throw thrown;
  }
}

async function fill(path: string, bytes: Uint8Array, replaced: BigIntStats | undefined): Promise<FileVersion> {
  const file = await open(path, "wx", replaced === undefined ? 0o666 : 0o600);
  try {
    await file.writeFile(bytes);
    if (replaced !== undefined) await takeOver(file, replaced);
    await file.sync();
    return versionOf(await file.stat({ bigint: true }));
  } finally {
    await file.close();
  }
}

/** Whoever may write a file may not always give it away: then it becomes the writer's own. The mode comes last, because a new owner clears bits of it. */
async function takeOver(file: FileHandle, { uid, gid, mode }: BigIntStats): Promise<void> {
  const own = await file.stat({ bigint: true });
  if (own.uid !== uid || own.gid !== gid) await file.chown(Number(uid), Number(gid)).catch(() => {});
  await file.chmod(Number(mode) & 0o7777);
}

/** A link refuses a name that somebody took meanwhile; a rename would not. Some file systems have no links. */
async function takeFreeName(temporary: string, target: string): Promise<void> {
  try {
    await link(temporary, target);
  } catch (thrown) {
    if (!["EPERM", "ENOTSUP", "EOPNOTSUPP", "ENOSYS"].includes(errnoOf(thrown) ?? "")) throw thrown;
    return rename(temporary, target);
  }
  await unlink(temporary);
}

/** Some file systems do not sync folders; the file itself is safe by then. */
async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, constants.O_RDONLY | constants.O_DIRECTORY);
  try {
    await folder.sync().catch(() => {});
  } finally {
    await folder.close();
  }
}
