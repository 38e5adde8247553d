import { constants } from "node:fs";
import { lstat, mkdir, open, readdir, rename, rm, stat, unlink } from "node:fs/promises";
import { dirname, join } from "node:path";
import { imageBytesMax } from "@dispatch/transport-contract";
import { diskFailed } from "./faults.ts";
import { type StoredImage, sha256 } from "./image-name.ts";

/**
 * Images as files, named by what they hold, in a folder for each conversation that is named by a hash too: nothing that a client says becomes a path.
 * Faults of every member: `images/disk` (unavailable).
 */
export interface ImageFiles {
  /** Resolves when the image would survive a power cut. Gives its name; the same bytes are stored once. */
  keep(conversationId: string, bytes: Uint8Array<ArrayBuffer>, extension: string): Promise<string>;
  /** `undefined`: it is not there. */
  sizeBytes(image: StoredImage): Promise<number | undefined>;
  read(image: StoredImage): Promise<Uint8Array<ArrayBuffer> | undefined>;
  /** All that is stored for the conversation. */
  drop(conversationId: string): Promise<void>;
  /** What each folder holds, folders of conversations that are gone and files that were never finished included. */
  all(): AsyncIterable<ImageFolder>;
  /** Removes one that nothing refers to, unless somebody keeps the same image anew meanwhile. */
  removeOld(folder: string, name: string, beforeMs: number): Promise<void>;
}

export interface ImageFolder {
  /** The hash of its conversation's id. */
  readonly name: string;
  readonly files: readonly { readonly name: string; readonly sizeBytes: number; readonly changedMs: number }[];
}

export function imageFiles(folder: string): ImageFiles {
  const folderOf = async (conversationId: string) => join(folder, await sha256(new TextEncoder().encode(conversationId)));
  const pathOf = async ({ conversationId, name }: StoredImage) => join(await folderOf(conversationId), name);
  return {
    async keep(conversationId, bytes, extension) {
      const name = `${await sha256(bytes)}.${extension}`;
      try {
        const path = await pathOf({ conversationId, name });
        // Also over the same bytes: what is kept anew is young, so that nobody takes it away before its message is stored.
        await write(path, bytes);
        return name;
      } catch (thrown) {
        throw diskFailed("stored", thrown);
      }
    },
    async sizeBytes(image) {
      try {
        return await sizeOf(await pathOf(image));
      } catch (thrown) {
        throw diskFailed("found", thrown);
      }
    },
    async read(image) {
      try {
        return await read(await pathOf(image));
      } catch (thrown) {
        if (isMissing(thrown)) return undefined;
        throw diskFailed("read", thrown);
      }
    },
    async drop(conversationId) {
      await rm(await folderOf(conversationId), { recursive: true, force: true }).catch((thrown: unknown) => {
        throw diskFailed("removed", thrown);
      });
    },
    async *all() {
      for (const name of await namesIn(folder)) {
        if (!/^[0-9a-f]{64}$/.test(name)) continue;
        const found = await Promise.all((await namesIn(join(folder, name))).map((file) => describe(join(folder, name), file)));
        yield { name, files: found.filter((file) => file !== undefined) };
      }
    },
    removeOld: (name, file, beforeMs) => removeOld(join(folder, name), file, beforeMs),
  };
}

const folderMode = 0o700;
const fileMode = 0o600;

/** Whole or not at all: a name leads to a file only once that file is on the disk. */
async function write(path: string, bytes: Uint8Array): Promise<void> {
  const folder = dirname(path);
  const made = await mkdir(folder, { recursive: true, mode: folderMode });
  const unfinished = join(folder, `${crypto.randomUUID()}.part`);
  try {
    await using file = await open(unfinished, "wx", fileMode);
    await file.writeFile(bytes);
    await file.sync();
    await rename(unfinished, path);
  } catch (thrown) {
    await unlink(unfinished).catch(() => {});
    throw thrown;
  }
  await syncFolder(folder);
  if (made !== undefined) for (let parent = folder; parent !== dirname(made); parent = dirname(parent)) await syncFolder(dirname(parent));
}

/** Names of new files are on the disk only when their folder is. */
async function syncFolder(folder: string): Promise<void> {
  await using handle = await open(folder, "r");
  await handle.sync();
}

/** Taken aside before it is judged: whoever keeps the same image from then on finds none and writes it. */
async function removeOld(folder: string, name: string, beforeMs: number): Promise<void> {
  const aside = join(folder, `${crypto.randomUUID()}.part`);
  try {
    await rename(join(folder, name), aside);
    if ((await lstat(aside)).mtimeMs < beforeMs) await unlink(aside);
    else await rename(aside, join(folder, name));
  } catch (thrown) {
    if (!isMissing(thrown)) throw diskFailed("removed", thrown);
  }
}

async function namesIn(folder: string): Promise<readonly string[]> {
  try {
    return await readdir(folder);
  } catch (thrown) {
    if (isMissing(thrown)) return [];
    throw diskFailed("found", thrown);
  }
}

/** Of files alone: what else stands there is none of ours. */
async function describe(folder: string, name: string) {
  const found = await lstat(join(folder, name)).catch(() => undefined);
  return found?.isFile() === true ? { name, sizeBytes: found.size, changedMs: found.mtimeMs } : undefined;
}

async function sizeOf(path: string): Promise<number | undefined> {
  try {
    const { size } = await stat(path);
    return size;
  } catch (thrown) {
    if (isMissing(thrown)) return undefined;
    throw thrown;
  }
}

/** No link is followed, no pipe waited for, and no more is read than an image can have, whatever somebody put in its place. */
async function read(path: string): Promise<Uint8Array<ArrayBuffer>> {
  await using file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  const found = await file.stat();
  if (!found.isFile() || found.size > imageBytesMax) throw new Error("what stands in its place is none of ours");
  return await file.readFile();
}

const isMissing = (thrown: unknown): boolean => thrown instanceof Error && "code" in thrown && thrown.code === "ENOENT";
