import { posix } from "node:path";
import { type DirectoryEntry, type FileStat, type FileVersion, fault, type Workspace } from "@dispatch/kernel";

interface MemoryFile {
  readonly bytes: Uint8Array;
  readonly version: FileVersion;
}

/**
 * A Workspace without a disk, for tests of tools. Folders exist where files lie in them or where they were made. It has no symlinks:
 * whoever tests those tests on a real disk.
 */
export class MemoryWorkspace implements Workspace {
  readonly root = "/work";
  readonly scratch = "/scratch";
  readonly #files = new Map<string, MemoryFile>();
  readonly #folders = new Set<string>([this.root]);
  readonly #seen = new Map<string, FileVersion>();
  #writes = 0;
  #kept = 0;

  /** Contents by path relative to the root. A path that ends in `/` makes an empty folder. */
  constructor(files: { readonly [path: string]: string | Uint8Array } = {}) {
    for (const [path, content] of Object.entries(files)) this.put(path, content);
  }

  /** Writes as another program would: nobody is asked and nothing is noted. */
  put(path: string, content: string | Uint8Array): void {
    if (path.endsWith("/")) this.#makeFolder(posix.join(this.root, path.slice(0, -1)));
    else this.#store(posix.resolve(this.root, path), typeof content === "string" ? new TextEncoder().encode(content) : content);
  }

  remove(path: string): void {
    this.#files.delete(posix.resolve(this.root, path));
  }

  /** The content as text, or `undefined` when there is no such file. */
  text(path: string): string | undefined {
    const file = this.#files.get(posix.resolve(this.root, path));
    return file && new TextDecoder().decode(file.bytes);
  }

  async resolve(path: string): Promise<string | undefined> {
    if (path === "" || path.includes("\0"))
      throw fault("invalid", "workspace/bad-path", "this text cannot be a path; use `.` for the root");
    const real = posix.resolve(this.root, path);
    return within(this.root, real) || within(this.scratch, real) ? real : undefined;
  }

  display(path: string): string {
    const real = posix.resolve(this.root, path);
    return within(this.root, real) ? posix.relative(this.root, real) || "." : real;
  }

  async stat(path: string): Promise<FileStat> {
    const real = await this.#inside(path);
    const file = this.#files.get(real);
    if (file) return { path: real, kind: "file", sizeBytes: file.bytes.length, version: file.version };
    if (this.#folders.has(real)) return { path: real, kind: "directory", sizeBytes: 0, version: "folder" };
    throw this.#missing(path);
  }

  async list(path: string, limit: number): Promise<{ readonly entries: readonly DirectoryEntry[]; readonly total: number }> {
    const folder = await this.stat(path);
    if (folder.kind !== "directory") throw fault("invalid", "workspace/not-a-folder", `${this.display(path)} is not a folder`);
    const inside = (entry: string) => entry !== folder.path && posix.dirname(entry) === folder.path;
    const entries: DirectoryEntry[] = [
      ...[...this.#folders].filter(inside).map((entry) => ({ name: posix.basename(entry), kind: "directory" as const, sizeBytes: 0 })),
      ...[...this.#files]
        .filter(([entry]) => inside(entry))
        .map(([entry, file]) => ({ name: posix.basename(entry), kind: "file" as const, sizeBytes: file.bytes.length })),
    ].sort((a, b) => (a.name < b.name ? -1 : 1));
    return { entries: entries.slice(0, limit), total: entries.length };
  }

  async read(path: string, range: { readonly offset?: number; readonly length?: number } = {}): Promise<Uint8Array> {
    const { offset = 0, length = Number.MAX_SAFE_INTEGER } = range;
    return (await this.#file(path)).bytes.slice(offset, offset + length);
  }

  async write(path: string, bytes: Uint8Array, expect?: FileVersion | "absent"): Promise<FileVersion> {
    const real = await this.#inside(path);
    if (!within(this.root, real)) throw outside(path);
    if (this.#folders.has(real)) throw notAFile(`${this.display(path)} is a folder; name a file in it`);
    if (!this.#folders.has(posix.dirname(real))) throw this.#missing(posix.dirname(real));
    const there = this.#files.get(real);
    if (expect === "absent" && there) {
      throw fault("conflict", "workspace/exists", `${this.display(path)} exists already; read it first, then overwrite it on purpose`);
    }
    if (expect !== undefined && expect !== "absent" && there?.version !== expect) {
      throw fault("conflict", "workspace/changed", `${this.display(path)} has changed since it was read; read it again`);
    }
    return this.#store(real, bytes.slice());
  }

  seen(path: string): FileVersion | undefined {
    return this.#seen.get(posix.resolve(this.root, path));
  }

  note(path: string, version: FileVersion): void {
    this.#seen.set(posix.resolve(this.root, path), version);
  }

  async keep(name: string, bytes: Uint8Array): Promise<string> {
    const path = posix.join(this.scratch, `${++this.#kept}-${name}`);
    this.#store(path, bytes.slice());
    return path;
  }

  async #inside(path: string): Promise<string> {
    const real = await this.resolve(path);
    if (real === undefined) throw outside(path);
    return real;
  }

  async #file(path: string): Promise<MemoryFile> {
    const real = await this.#inside(path);
    const file = this.#files.get(real);
    if (file) return file;
    throw this.#folders.has(real) ? notAFile(`${this.display(path)} is a folder, not a file`) : this.#missing(path);
  }

  #store(real: string, bytes: Uint8Array): FileVersion {
    const version = `v${++this.#writes}`;
    this.#files.set(real, { bytes, version });
    this.#makeFolder(posix.dirname(real));
    return version;
  }

  #makeFolder(real: string): void {
    for (let folder = real; folder !== "/"; folder = posix.dirname(folder)) this.#folders.add(folder);
  }

  #missing(path: string) {
    return fault("missing", "workspace/missing", `${this.display(path)} does not exist; list its folder to see what does`);
  }
}

const within = (folder: string, path: string): boolean => path === folder || path.startsWith(`${folder}/`);
const notAFile = (message: string) => fault("invalid", "workspace/not-a-file", message);
const outside = (path: string) => fault("denied", "workspace/outside", `${path} is outside the working directory; give a path inside it`);
