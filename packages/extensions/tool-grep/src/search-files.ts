import type { Workspace } from "@dispatch/kernel";
import { LineSearch } from "./line-search.ts";
import type { Pattern } from "./pattern.ts";
import type { FileHits } from "./report.ts";

const windowBytes = 256 * 1024;
const openFilesMax = 16;

export interface Search {
  readonly workspace: Workspace;
  readonly pattern: Pattern;
  readonly context: number;
  /** Lines that match, over all files. */
  readonly limit: number;
  /** Ends the search early; what was found until then counts. */
  readonly signal: AbortSignal;
}

export interface Searched {
  readonly files: FileHits[];
  matching: number;
  /** More lines match than were wanted. */
  more: boolean;
  longLines: number;
  unreadable: number;
  /** Files that were passed over, since a NUL byte is in them. */
  binary: number;
}

export const nothingSearched = (): Searched => ({ files: [], matching: 0, more: false, longLines: 0, unreadable: 0, binary: 0 });

/** Searches files in their order and adds what is found; several are read at once. Stops when enough was found. */
export async function searchFiles(search: Search, paths: readonly string[], found: Searched): Promise<void> {
  for (let at = 0; at < paths.length && !found.more && !search.signal.aborted; at += openFilesMax) {
    const left = { ...search, limit: search.limit - found.matching };
    const some = paths.slice(at, at + openFilesMax);
    const results = await Promise.all(some.map((path) => searchFile(left, path)));
    for (const [i, result] of results.entries()) add(search, some[i] ?? "", result, found);
  }
}

function add({ workspace, limit }: Search, path: string, result: LineSearch | "binary" | "unreadable", found: Searched): void {
  if (result === "unreadable") found.unreadable += 1;
  if (result === "binary") found.binary += 1;
  if (typeof result === "string" || found.more) return;
  found.longLines += result.longLines;
  const room = limit - found.matching;
  const hits = result.matching <= room ? result.hits : upTo(result.hits, room);
  found.more = result.more || result.matching > room;
  found.matching += Math.min(room, result.matching);
  if (hits.length > 0) found.files.push({ shown: workspace.display(path), hits });
}

/** Several files were searched for the same room. */
function upTo(hits: LineSearch["hits"], matching: number): LineSearch["hits"] {
  let left = matching;
  const end = hits.findIndex((hit) => hit.matches && left-- === 0);
  return end < 0 ? hits : hits.slice(0, matching === 0 ? 0 : end);
}

/** A NUL byte anywhere makes a file binary. It is read a window at a time, however large it is. */
async function searchFile(search: Search, path: string): Promise<LineSearch | "binary" | "unreadable"> {
  const lines = new LineSearch(search.pattern, search.context, search.limit);
  const decoder = new TextDecoder();
  try {
    for (let offset = 0; !search.signal.aborted && !lines.more; offset += windowBytes) {
      const bytes = await search.workspace.read(path, { offset, length: windowBytes });
      if (bytes.includes(0)) return "binary";
      lines.push(decoder.decode(bytes, { stream: true }));
      if (bytes.length < windowBytes) break;
    }
  } catch {
    return "unreadable";
  }
  lines.push(decoder.decode());
  lines.end();
  return lines;
}
