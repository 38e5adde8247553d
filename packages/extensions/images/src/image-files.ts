import { constants } from "node:fs";
import { mkdir, open, rename, stat, unlink } from "node:fs/promises";
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
}

export function imageFiles(folder: string): ImageFiles {
  const folderOf = async (conversationId: string) => join(folder, await sha256(new TextEncoder().encode(conversationId)));
  const pathOf = async ({ conversationId, name }: StoredImage) => join(await folderOf(conversationId), name);
  return {
    async keep(conversationId, bytes, extension) {
      const name = `${await sha256(bytes)}.${extension}`;
      try {
        const path = await pathOf({ conversationId, name });
        if ((await sizeOf(path)) !== bytes.length) await write(path, bytes);
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
