import { extname, join, resolve } from "node:path";
import type { Settings } from "./settings.ts";

export interface Place {
  readonly cwd: string;
  readonly dataDir: string;
  readonly imageFolder: string;
  /** Files of the configuration, and folders that hold nothing else. */
  readonly configuration: readonly string[];
}

/**
 * The server's own files and folders: no tool and nothing that a tool starts may look into them. Folders that may be shared with others are named
 * file by file too, since a conversation may work in such a one. A name that ends in `*` is a beginning: a database has files beside it, and copies.
 */
export function ownFiles({ databasePath, traceDbPath, journalPath, tls }: Settings, place: Place): readonly string[] {
  const { cwd, dataDir, imageFolder, configuration } = place;
  const journal = resolve(cwd, journalPath);
  const databases = [resolve(cwd, databasePath), resolve(cwd, traceDbPath), join(dataDir, "search.db")];
  return [
    ...[dataDir, imageFolder, join(dataDir, "scratch")],
    ...[...databases, withoutEnding(journal)].map((path) => `${path}*`),
    ...configuration,
    ...(tls === undefined ? [] : [resolve(cwd, tls.key)]),
  ];
}

/** The journal's segments have their number before the ending. */
const withoutEnding = (path: string): string => path.slice(0, path.length - extname(path).length);
