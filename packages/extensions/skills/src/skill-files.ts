import { closeSync, constants, type Dirent, fstatSync, opendirSync, openSync, readSync, realpathSync, type Stats, statSync } from "node:fs";
import { isAbsolute, join, relative } from "node:path";

// Everything that skills know of the disk. Nothing here runs, writes, or waits for a pipe. It all happens at once: each is a small thing,
// and a trip through the platform's threads would take many times as long.

export interface FolderEntry {
  readonly name: string;
  /** Where a link leads counts. */
  readonly kind: "file" | "folder" | "nowhere" | "other";
}

/** Changes whenever what lies at the path may be another: a file's content, the names in a folder. Empty: nothing is there. */
export function stampOf(path: string): string {
  try {
    const found = statSync(path, { bigint: true, throwIfNoEntry: false });
    if (found === undefined) return "";
    return `${found.dev}:${found.ino}:${found.size}:${found.mtimeNs}:${found.ctimeNs}`;
  } catch (thrown) {
    const errno = errnoOf(thrown);
    return errno === "ENOENT" || errno === "ENOTDIR" ? "" : errno;
  }
}

/** The path without its links; `undefined` when it leads nowhere. */
export function realPath(path: string): string | undefined {
  try {
    return realpathSync.native(path);
  } catch {
    return undefined;
  }
}

export function liesIn(path: string, folder: string): boolean {
  const way = relative(folder, path);
  return way !== ".." && !way.startsWith("../") && !isAbsolute(way);
}

/** What a folder holds, in name order; `more` when that is not all. Or why it cannot be told: ends a sentence that begins with the path. */
export type Listing = { readonly entries: readonly FolderEntry[]; readonly more: boolean } | { readonly problem: string };

export function listFolder(path: string, entriesMax: number): Listing {
  const entries: FolderEntry[] = [];
  try {
    using folder = opendirSync(path);
    for (let entry = folder.readSync(); entry !== null; entry = folder.readSync()) {
      if (entries.length === entriesMax) return { entries: sorted(entries), more: true };
      entries.push({ name: entry.name, kind: kindOf(entry, join(path, entry.name)) });
    }
  } catch (thrown) {
    return { problem: `cannot be read (${errnoOf(thrown)})` };
  }
  return { entries: sorted(entries), more: false };
}

/** The text of a regular file at a path without links, or why there is none: ends a sentence that begins with the path. */
export function readText(realPath: string, bytesMax: number): { readonly text: string } | { readonly problem: string } {
  try {
    const bytes = readBytes(realPath, bytesMax);
    if (typeof bytes === "string") return { problem: bytes };
    const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    return text.includes("\0") ? { problem: noText } : { text };
  } catch (thrown) {
    return { problem: thrown instanceof TypeError ? noText : `cannot be read (${errnoOf(thrown)})` };
  }
}

const noText = "is no UTF-8 text";

function readBytes(realPath: string, bytesMax: number): Uint8Array | string {
  const file = openSync(realPath, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOFOLLOW);
  try {
    if (!fstatSync(file).isFile()) return "is no regular file";
    const bytes = new Uint8Array(bytesMax + 1);
    let sizeBytes = 0;
    while (sizeBytes < bytes.length) {
      const bytesRead = readSync(file, bytes, sizeBytes, bytes.length - sizeBytes, sizeBytes);
      if (bytesRead === 0) return bytes.subarray(0, sizeBytes);
      sizeBytes += bytesRead;
    }
    return `has more than ${bytesMax} bytes`;
  } finally {
    closeSync(file);
  }
}

function kindOf(entry: Dirent, path: string): FolderEntry["kind"] {
  const found = entry.isSymbolicLink() ? lookBehind(path) : entry;
  if (found === undefined) return "nowhere";
  if (found.isFile()) return "file";
  return found.isDirectory() ? "folder" : "other";
}

function lookBehind(link: string): Stats | undefined {
  try {
    return statSync(link);
  } catch {
    // It leads nowhere, or in a circle.
    return undefined;
  }
}

const sorted = (entries: readonly FolderEntry[]): readonly FolderEntry[] => entries.toSorted((a, b) => (a.name < b.name ? -1 : 1));

const errnoOf = (thrown: unknown): string => String((thrown as { readonly code?: unknown } | null)?.code ?? "unknown");
