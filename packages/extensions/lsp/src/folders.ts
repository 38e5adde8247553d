import { constants, existsSync } from "node:fs";
import { open, realpath, stat } from "node:fs/promises";
import { basename, dirname, extname, isAbsolute, join, relative } from "node:path";
import { walkFiles } from "@dispatch/file-walk";

const configBytesMax = 64 * 1024;
/** What a look for the languages of a folder reads at most. */
const entriesMax = 2_000;
const depthMax = 6;

/** Absolute and real; `undefined` for what is no folder. */
export async function realFolder(path: string): Promise<string | undefined> {
  try {
    const real = await realpath(path);
    return (await stat(real)).isDirectory() ? real : undefined;
  } catch {
    return undefined;
  }
}

/** The text of a small regular file. `undefined`: there is none. `null`: it is larger than a configuration is, no file, or cannot be read. */
export async function readSmallFile(path: string): Promise<string | null | undefined> {
  try {
    await using file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
    const info = await file.stat();
    if (!info.isFile() || info.size > configBytesMax) return null;
    return await file.readFile("utf8");
  } catch (thrown) {
    return ["ENOENT", "ENOTDIR"].includes((thrown as { readonly code?: string }).code ?? "") ? undefined : null;
  }
}

/** Changes whenever the content may have; empty when there is none. */
export async function versionOf(path: string): Promise<string> {
  const info = await stat(path, { bigint: true }).catch(() => undefined);
  return info === undefined ? "" : `${info.ino} ${info.size} ${info.mtimeNs}`;
}

/**
 * The folder nearest to a file, and not above `top`, that holds one of the markers; of several groups the first that is found anywhere decides.
 * `undefined`: there is none.
 */
export function findRoot(file: string, top: string, groups: readonly (readonly string[])[]): string | undefined {
  for (const markers of groups) {
    for (let folder = dirname(file); liesIn(folder, top); folder = dirname(folder)) {
      if (markers.some((marker) => existsSync(join(folder, marker)))) return folder;
      if (folder === top) break;
    }
  }
  return undefined;
}

/** One file of each ending that occurs in a folder, as git sees it: the first that is found, near the top before deep down. */
export async function sampleFiles(folder: string): Promise<ReadonlyMap<string, string>> {
  const samples = new Map<string, string>();
  const { signal } = new AbortController();
  const walk = walkFiles({ start: folder, top: folder, mayEnter: async () => true, signal, entriesMax, depthMax });
  for await (const files of walk) {
    for (const { path, kind } of files) {
      const ending = extname(path).toLowerCase() || basename(path);
      if (kind === "file" && !samples.has(ending)) samples.set(ending, path);
      if (kind === "file" && !samples.has(basename(path)) && ending !== basename(path)) samples.set(basename(path), path);
    }
  }
  return samples;
}

export function liesIn(path: string, folder: string): boolean {
  const way = relative(folder, path);
  return way !== ".." && !way.startsWith("../") && !isAbsolute(way);
}
