import { type BigIntStats, closeSync, constants, readSync } from "node:fs";
import { access, type FileHandle, lstat, readdir } from "node:fs/promises";
import { basename, dirname, relative, resolve } from "node:path";
import type { DirectoryEntry, FileStat, FileVersion, Workspace } from "@dispatch/kernel";
import { writeAtomically } from "./atomic-write.ts";
import { badPath, changed, errnoFault, errnoOf, exists, missing, notAFile, notAFolder, outside, systemFault, tooLarge } from "./faults.ts";
import type { PathLocks } from "./path-locks.ts";
import { namesAFolder, whyNotAPath, within } from "./path-text.ts";
import { type Pinned, pin } from "./pinned.ts";
import { followLinks, type RealPath } from "./real-path.ts";
import type { Scratch } from "./scratch.ts";
import { SeenVersions } from "./seen-versions.ts";
import { versionOf } from "./version.ts";
import { mayRead, mayWrite, type Zones } from "./zones.ts";

/** What one `read` hands out at most. */
export const readBytesMax = 64 * 1024 * 1024;
/** Up to here a file is read at once; what is larger is read without holding up anybody else. */
const smallBytes = 64 * 1024;

/** Every member decides on the real path first, then pins what it found and decides again on where that lies. */
export class LocalWorkspace implements Workspace {
  readonly root: string;
  readonly scratch: string;
  readonly #zones: Zones;
  readonly #kept: Scratch;
  readonly #locks: PathLocks;
  readonly #seen = new SeenVersions();

  constructor(zones: Zones, kept: Scratch, locks: PathLocks) {
    this.root = zones.root;
    this.scratch = zones.scratch;
    this.#zones = zones;
    this.#kept = kept;
    this.#locks = locks;
  }

  async resolve(path: string): Promise<string | undefined> {
    return (await this.#follow(path))?.path;
  }

  display(path: string): string {
    const absolute = resolve(this.root, path);
    return within(this.root, absolute) ? relative(this.root, absolute) || "." : absolute;
  }

  async stat(path: string): Promise<FileStat> {
    await using found = await this.#pin(path);
    const { info } = found;
    return { path: found.path, kind: kindOf(info), sizeBytes: Number(info.size), version: versionOf(info) };
  }

  async list(path: string, limit: number): Promise<{ readonly entries: readonly DirectoryEntry[]; readonly total: number }> {
    await using folder = await this.#pin(path);
    if (!folder.info.isDirectory()) throw notAFolder(this.display(path));
    const names = await readdir(folder.handle).catch((thrown: unknown) => Promise.reject(systemFault(thrown, this.display(path))));
    const shown = names.sort().slice(0, limit);
    const entries = await Promise.all(shown.map((name) => entryOf(folder, name)));
    return { entries: entries.filter((entry) => entry !== undefined), total: names.length };
  }

  async read(path: string, range: { readonly offset?: number; readonly length?: number } = {}): Promise<Uint8Array> {
    const shown = this.display(path);
    await using found = await this.#pin(path);
    if (!found.info.isFile()) throw notAFile(shown, wordFor(found.info));
    if (namesAFolder(path)) throw notAFile(`${shown}/`, "the name of a folder");
    const offset = range.offset ?? 0;
    const length = Math.min(range.length ?? Number.POSITIVE_INFINITY, Math.max(0, Number(found.info.size) - offset));
    if (length > readBytesMax) throw tooLarge(shown, readBytesMax);
    try {
      if (length <= smallBytes) return readNow(found, offset, length);
      await using file = await found.open();
      return await readFully(file, offset, length);
    } catch (thrown) {
      throw systemFault(thrown, shown);
    }
  }

  async write(path: string, bytes: Uint8Array, expect?: FileVersion | "absent"): Promise<FileVersion> {
    const target = await this.#follow(path);
    if (target === undefined || !mayWrite(this.#zones, target.path)) throw outside(path);
    const shown = this.display(path);
    if (namesAFolder(path)) throw notAFile(`${shown}/`, "the name of a folder");
    return this.#locks.hold(target.path, () => this.#replace(target.path, shown, bytes, expect));
  }

  seen(path: string): FileVersion | undefined {
    return this.#seen.get(resolve(this.root, path));
  }

  note(path: string, version: FileVersion): void {
    this.#seen.note(resolve(this.root, path), version);
  }

  keep(name: string, bytes: Uint8Array): Promise<string> {
    return this.#kept.keep(name, bytes);
  }

  /** `undefined` when the path leads outside, whether or not it exists: what is outside is not even told about. */
  async #follow(path: string): Promise<RealPath | undefined> {
    const why = whyNotAPath(path);
    if (why !== undefined) throw badPath(why);
    const real = await followLinks(resolve(this.root, path));
    if (!mayRead(this.#zones, real.path)) return undefined;
    if (real.blocked !== undefined) throw errnoFault(real.blocked, this.display(path));
    return real;
  }

  async #pin(path: string): Promise<Pinned> {
    const real = await this.#follow(path);
    if (real === undefined) throw outside(path);
    const shown = this.display(path);
    if (!real.exists) throw missing(shown);
    return this.#hold(real.path, shown, mayRead);
  }

  async #hold(realPath: string, shown: string, allowed: typeof mayRead): Promise<Pinned> {
    const found = await pin(realPath).catch((thrown: unknown) => Promise.reject(systemFault(thrown, shown)));
    if (allowed(this.#zones, found.path)) return found;
    await found[Symbol.asyncDispose]();
    throw outside(shown);
  }

  async #replace(realPath: string, shown: string, bytes: Uint8Array, expect: FileVersion | "absent" | undefined): Promise<FileVersion> {
    await using folder = await this.#parentOf(realPath, shown);
    const name = basename(realPath);
    const target = `${folder.handle}/${name}`;
    const look = async () => {
      const now = await lookAt(target);
      if (now !== undefined && !now.isFile()) throw notAFile(shown, wordFor(now));
      if (expect === "absent" && now !== undefined) throw exists(shown);
      if (expect !== undefined && expect !== "absent" && (now === undefined || versionOf(now) !== expect)) throw changed(shown);
      return now;
    };
    try {
      const replaced = await look();
      if (replaced !== undefined) await access(target, constants.W_OK);
      const check = async () => void (await look());
      return await writeAtomically({ folder, name, bytes, check, ...(replaced && { replaced }) });
    } catch (thrown) {
      if (errnoOf(thrown) === "EEXIST") throw expect === "absent" ? exists(shown) : changed(shown);
      throw systemFault(thrown, shown);
    }
  }

  /** Parents are never made: a wrong path should not grow a tree. */
  async #parentOf(realPath: string, shown: string): Promise<Pinned> {
    const parent = dirname(realPath);
    if ((await lookAt(parent)) === undefined) {
      const hint = "Create it first, or choose a folder that exists.";
      throw missing(this.display(parent), `does not exist, so ${basename(shown)} cannot be written into it. ${hint}`);
    }
    const folder = await this.#hold(parent, this.display(parent), mayWrite);
    if (folder.info.isDirectory()) return folder;
    await folder[Symbol.asyncDispose]();
    throw notAFolder(this.display(parent));
  }
}

function readNow(found: Pinned, offset: number, length: number): Uint8Array {
  const fd = found.openNow();
  try {
    const bytes = new Uint8Array(length);
    let filled = 0;
    while (filled < length) {
      const count = readSync(fd, bytes, filled, length - filled, offset + filled);
      if (count === 0) return bytes.subarray(0, filled);
      filled += count;
    }
    return bytes;
  } finally {
    closeSync(fd);
  }
}

async function readFully(file: FileHandle, offset: number, length: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(length);
  let filled = 0;
  while (filled < length) {
    const { bytesRead } = await file.read(bytes, filled, length - filled, offset + filled);
    if (bytesRead === 0) return bytes.subarray(0, filled);
    filled += bytesRead;
  }
  return bytes;
}

async function lookAt(path: string): Promise<BigIntStats | undefined> {
  try {
    return await lstat(path, { bigint: true });
  } catch (thrown) {
    if (errnoOf(thrown) === "ENOENT") return undefined;
    throw thrown;
  }
}

async function entryOf(folder: Pinned, name: string): Promise<DirectoryEntry | undefined> {
  const info = await lookAt(`${folder.handle}/${name}`);
  return info && { name, kind: info.isSymbolicLink() ? "symlink" : kindOf(info), sizeBytes: Number(info.size) };
}

const kindOf = (info: BigIntStats): FileStat["kind"] => (info.isFile() ? "file" : info.isDirectory() ? "directory" : "other");

function wordFor(info: BigIntStats): string {
  if (info.isDirectory()) return "a folder";
  if (info.isFIFO()) return "a named pipe";
  if (info.isSocket()) return "a socket";
  if (info.isSymbolicLink()) return "a symbolic link that has just been put there";
  return "a device";
}
