import type { Dirent } from "node:fs";
import { opendir, stat } from "node:fs/promises";
import { join, resolve } from "node:path";
import { foldersMax } from "@dispatch/transport-contract";

/** Of one folder, looked at for one answer. */
const entriesMax = 20_000;

export interface FolderNames {
  readonly folder: string;
  readonly folders: readonly string[];
  readonly cut: boolean;
}

/** Where an absolute path that somebody writes may go on. What is not there, or may not be read, has nothing to offer. */
export async function foldersAt(path: string): Promise<FolderNames> {
  const asked = path.replaceAll("\0", "");
  const name = asked.lastIndexOf("/") + 1;
  const folder = resolve(asked.slice(0, name));
  const begun = asked.slice(name);
  const { entries, cut } = await entriesOf(folder, begun).catch(() => ({ entries: [], cut: false }));
  const folders: string[] = [];
  for (const entry of entries.toSorted((a, b) => a.name.localeCompare(b.name))) {
    if (folders.length === foldersMax) return { folder, folders, cut: true };
    const found = join(folder, entry.name);
    if (entry.isDirectory() || (entry.isSymbolicLink() && (await isFolder(found)))) folders.push(found);
  }
  return { folder, folders, cut };
}

async function entriesOf(folder: string, begun: string): Promise<{ readonly entries: readonly Dirent[]; readonly cut: boolean }> {
  const wanted = begun.toLowerCase();
  const entries: Dirent[] = [];
  let looked = 0;
  for await (const entry of await opendir(folder)) {
    looked += 1;
    if (looked > entriesMax) return { entries, cut: true };
    const hidden = entry.name.startsWith(".") && !wanted.startsWith(".");
    const mayBe = entry.isDirectory() || entry.isSymbolicLink();
    if (mayBe && !hidden && entry.name.toLowerCase().startsWith(wanted)) entries.push(entry);
  }
  return { entries, cut: false };
}

const isFolder = (path: string): Promise<boolean> =>
  stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
