import type { Dirent } from "node:fs";
import { readdir, readFile, realpath, stat } from "node:fs/promises";
import { join } from "node:path";

/** One file as it was found. */
export interface FoundFile {
  /** Below the folder, with `/`. */
  readonly path: string;
  readonly sizeBytes: number;
  /** Another one once the file was written anew. */
  readonly mark: string;
}

/** The folder on the disk. Links are not followed: nothing outside of it is ever read. */
export interface Folder {
  /** No more than `filesMax`, none larger than `fileBytesMax`, and none whose name begins with a dot. A folder that is not there has none. */
  list(): Promise<readonly FoundFile[]>;
  /** `undefined`: it is not there. */
  mark(path: string): Promise<string | undefined>;
  read(path: string): Promise<Uint8Array<ArrayBuffer> | undefined>;
}

export const filesMax = 5_000;
export const fileBytesMax = 32 * 1024 * 1024;

export function openFolder(root: string): Folder {
  const found = async (path: string): Promise<FoundFile | undefined> => {
    const { size, mtimeMs, ino } = await stat(join(root, path));
    return size > fileBytesMax
      ? undefined
      : { path, sizeBytes: size, mark: [size, mtimeMs, ino].map((n) => Math.trunc(n).toString(36)).join("-") };
  };
  return {
    async list() {
      const files: FoundFile[] = [];
      const folders = [""];
      for (let folder = folders.pop(); folder !== undefined && files.length < filesMax; folder = folders.pop()) {
        for (const entry of await entriesOf(join(root, folder))) {
          const path = folder === "" ? entry.name : `${folder}/${entry.name}`;
          if (entry.name.startsWith(".")) continue;
          if (entry.isDirectory()) folders.push(path);
          const file = entry.isFile() && files.length < filesMax ? await unlessGone(found(path)) : undefined;
          if (file !== undefined) files.push(file);
        }
      }
      return files;
    },
    mark: async (path) => (await unlessGone(found(path)))?.mark,
    async read(path) {
      const [base, file] = [await unlessGone(realpath(root)), await unlessGone(realpath(join(root, path)))];
      if (base === undefined || file !== join(base, path)) return undefined;
      const bytes = await unlessGone(readFile(file));
      return bytes === undefined || bytes.length > fileBytesMax ? undefined : new Uint8Array(bytes);
    },
  };
}

const entriesOf = async (folder: string): Promise<readonly Dirent[]> => (await unlessGone(readdir(folder, { withFileTypes: true }))) ?? [];

/** Files come and go while a client is built. */
async function unlessGone<T>(work: Promise<T>): Promise<T | undefined> {
  try {
    return await work;
  } catch {
    return undefined;
  }
}
