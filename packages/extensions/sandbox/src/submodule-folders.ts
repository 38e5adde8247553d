import { readdir } from "node:fs/promises";
import { basename, dirname, join } from "node:path";

/** Submodules of one repository, and folders in which they are looked for. */
const submodulesMax = 64;
const foldersMax = 1_024;

/**
 * The folders in which git keeps a repository's submodules. A name may hold slashes, and a command may leave files anywhere, so every folder is looked into
 * and only what a command cannot take away, the configuration, tells one from the others. `undefined`: there are more than are looked at.
 */
export async function submoduleFolders(modules: string): Promise<readonly string[] | undefined> {
  const found = new Set<string>();
  const waiting = [modules];
  for (let looked = 0, at = waiting.shift(); at !== undefined; looked++, at = waiting.shift()) {
    if (looked === foldersMax) return undefined;
    const folder = at;
    const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
    if (folder !== modules && entries.some(({ name }) => name === "config" || name === "commondir")) found.add(folder);
    if (found.size > submodulesMax) return undefined;
    const isObjects = basename(folder) === "objects" && found.has(dirname(folder));
    const below = entries.filter((entry) => entry.isDirectory() && !(isObjects && ofObjects.test(entry.name)));
    waiting.push(...below.map(({ name }) => join(folder, name)));
  }
  return [...found];
}

/** What git itself makes there, often hundreds. */
const ofObjects = /^(?:[0-9a-f]{2}|info|pack)$/;
