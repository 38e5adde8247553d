import { createHash } from "node:crypto";
import { closeSync, constants, fstatSync, openSync, readdirSync, readSync, realpathSync, statSync } from "node:fs";
import { join } from "node:path";
import type { TrustedFile } from "@dispatch/wire";

// Everything that trust knows of the disk. Nothing here runs, writes, or waits for a pipe.

/** Files that name programs, and folders of files that are some, wherever an extension looks for them in a folder. */
const names = ["opencode.json", ".dispatch/lsp.json", ".dispatch/mcp.json"];
const folders = [".dispatch/skills", ".skills", ".agents/skills", ".claude/skills"];
/** In `.dispatch`, whatever follows. */
const extensionsPrefix = "extensions";

export const entriesMax = 2_000;
export const bytesMax = 16 * 1024 * 1024;
const depthMax = 12;

/** What a folder holds of them, as of one moment. */
export interface FolderFiles {
  /** By path. */
  readonly files: readonly TrustedFile[];
  /** Over all of them. `null`: not all can be read, for the reason in `problem`. */
  readonly hash: string | null;
  readonly problem?: string;
  /** What was looked at, with its stamp from just before: while these stay, so does all of this. */
  readonly seen: ReadonlyMap<string, string>;
}

/** Absolute and without links; `undefined` for what is no folder. */
export function realFolder(path: string): string | undefined {
  try {
    const real = realpathSync.native(path);
    return statSync(real).isDirectory() ? real : undefined;
  } catch {
    return undefined;
  }
}

export const isFresh = ({ seen }: FolderFiles): boolean => seen.entries().every(([path, stamp]) => stampOf(path) === stamp);

/** `folder` is a real path. Never throws: what cannot be read is the problem. */
export function readFolderFiles(folder: string): FolderFiles {
  const reading = new Reading(folder);
  try {
    reading.run();
  } catch (thrown) {
    const problem = thrown instanceof Unreadable ? thrown.message : `its files cannot be read (${errnoOf(thrown)}).`;
    return { files: reading.files, hash: null, problem, seen: reading.seen };
  }
  const files = reading.files.toSorted((a, b) => (a.path < b.path ? -1 : 1));
  return { files, hash: hashOf(files), seen: reading.seen };
}

function hashOf(files: readonly TrustedFile[]): string {
  const hash = createHash("sha256");
  for (const { path, sha256, sizeBytes } of files) hash.update(`${JSON.stringify([path, sha256, sizeBytes])}\n`);
  return hash.digest("hex");
}

class Unreadable extends Error {}

class Reading {
  readonly files: TrustedFile[] = [];
  readonly seen = new Map<string, string>();
  readonly #folder: string;
  /** Real paths on the way down: links make no circle. */
  readonly #entered = new Set<string>();
  #bytesLeft = bytesMax;

  constructor(folder: string) {
    this.#folder = folder;
  }

  run(): void {
    for (const name of names) this.#look(name, 0);
    for (const name of folders) this.#look(name, 0);
    if (!this.#isThere(".dispatch")) return;
    for (const name of readdirSync(join(this.#folder, ".dispatch")))
      if (name.startsWith(extensionsPrefix)) this.#look(`.dispatch/${name}`, 0);
  }

  #isThere(path: string): boolean {
    const stamp = stampOf(join(this.#folder, path));
    this.seen.set(join(this.#folder, path), stamp);
    if (this.seen.size > entriesMax) throw new Unreadable(`it holds more than ${entriesMax} files that name programs. Take some out.`);
    return stamp !== "";
  }

  #look(path: string, depth: number): void {
    if (!this.#isThere(path)) return;
    const absolute = join(this.#folder, path);
    const found = statSync(absolute);
    if (found.isFile()) return void this.files.push(this.#read(path));
    if (!found.isDirectory()) throw new Unreadable(`${path} is neither a file nor a folder.`);
    const real = realpathSync.native(absolute);
    if (!`${real}/`.startsWith(`${this.#folder}/`)) throw new Unreadable(`${path} is a link that leads out of it.`);
    if (this.#entered.has(real)) return;
    if (depth === depthMax) throw new Unreadable(`${path} lies deeper than ${depthMax} folders.`);
    this.#entered.add(real);
    for (const name of readdirSync(absolute).sort()) this.#look(`${path}/${name}`, depth + 1);
  }

  #read(path: string): TrustedFile {
    const file = openSync(join(this.#folder, path), constants.O_RDONLY | constants.O_NONBLOCK);
    try {
      if (!fstatSync(file).isFile()) throw new Unreadable(`${path} is no regular file.`);
      const hash = createHash("sha256");
      const piece = new Uint8Array(64 * 1024);
      let sizeBytes = 0;
      for (let count = readSync(file, piece); count > 0; count = readSync(file, piece)) {
        sizeBytes += count;
        this.#bytesLeft -= count;
        if (this.#bytesLeft < 0) throw new Unreadable(`its files that name programs have more than ${bytesMax} bytes. Take some out.`);
        hash.update(piece.subarray(0, count));
      }
      return { path, sha256: hash.digest("hex"), sizeBytes };
    } finally {
      closeSync(file);
    }
  }
}

/** Changes whenever what lies at the path, or where a link there leads, may be another. Empty: nothing is there. */
function stampOf(path: string): string {
  try {
    const found = statSync(path, { bigint: true, throwIfNoEntry: false });
    return found === undefined ? "" : `${found.dev}:${found.ino}:${found.size}:${found.mtimeNs}:${found.ctimeNs}`;
  } catch (thrown) {
    const errno = errnoOf(thrown);
    return errno === "ENOENT" || errno === "ENOTDIR" ? "" : errno;
  }
}

const errnoOf = (thrown: unknown): string => String((thrown as { readonly code?: unknown } | null)?.code ?? "unknown");
