import { createHash, randomUUID } from "node:crypto";
import { lstat, mkdir, readdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { errnoOf, notAFolder, systemFault, tooLarge } from "./faults.ts";

export const keptFilesMax = 64;
const keptBytesMax = 512 * 1024 * 1024;
export const foldersMax = 1_000;
const nameCharsMax = 64;

export const scratchOf = (dataDir: string): string => join(dataDir, "scratch");

/** One conversation's folder for what is too large to show. It exists from the first `keep` on. The oldest give way to the newest. */
export class Scratch {
  readonly folder: string;
  readonly #parent: string;

  /** The conversation's id never becomes a name: its hash does. */
  constructor(dataDir: string, conversationId: string) {
    this.#parent = scratchOf(dataDir);
    this.folder = join(this.#parent, createHash("sha256").update(conversationId).digest("hex").slice(0, 32));
  }

  async keep(name: string, bytes: Uint8Array): Promise<string> {
    if (bytes.length > keptBytesMax) throw tooLarge(name, keptBytesMax);
    const path = join(this.folder, `${randomUUID().slice(0, 8)}-${plain(name)}`);
    try {
      await this.#create();
      await dropOldest(this.folder, keptFilesMax - 1, keptBytesMax - bytes.length);
      await writeFile(path, bytes, { flag: "wx", mode: 0o600 });
    } catch (thrown) {
      throw systemFault(thrown, path);
    }
    return path;
  }

  async drop(): Promise<void> {
    await rm(this.folder, { recursive: true, force: true });
  }

  async #create(): Promise<void> {
    await mkdir(this.#parent, { recursive: true, mode: 0o700 });
    try {
      await mkdir(this.folder, { mode: 0o700 });
    } catch (thrown) {
      if (errnoOf(thrown) !== "EEXIST") throw thrown;
      if (!(await lstat(this.folder)).isDirectory()) throw notAFolder(this.folder);
      return;
    }
    await dropOldest(this.#parent, foldersMax, Number.POSITIVE_INFINITY);
  }
}

/** Removes what was changed longest ago until at most `count` entries of at most `sizeBytes` together are left. */
async function dropOldest(folder: string, count: number, sizeBytes: number): Promise<void> {
  const names = await readdir(folder);
  const entries = await Promise.all(names.map((name) => describe(join(folder, name))));
  const oldestFirst = entries.filter((entry) => entry !== undefined).sort((a, b) => a.changedMs - b.changedMs);
  let left = oldestFirst.length;
  let leftBytes = oldestFirst.reduce((sum, entry) => sum + entry.sizeBytes, 0);
  for (const entry of oldestFirst) {
    if (left <= count && leftBytes <= sizeBytes) return;
    await rm(entry.path, { recursive: true, force: true });
    left -= 1;
    leftBytes -= entry.sizeBytes;
  }
}

async function describe(path: string): Promise<{ path: string; changedMs: number; sizeBytes: number } | undefined> {
  const info = await lstat(path).catch(() => undefined);
  return info && { path, changedMs: info.mtimeMs, sizeBytes: info.size };
}

const plain = (name: string): string => name.replace(/[^A-Za-z0-9._-]+/g, "_").slice(-nameCharsMax);
