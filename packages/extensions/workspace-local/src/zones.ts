import { within } from "./path-text.ts";

/** The folders that decide what one conversation may touch, as real paths. */
export interface Zones {
  readonly root: string;
  readonly extraRoots: readonly string[];
  /** The conversation's own scratch folder: read only. */
  readonly scratch: string;
  /** The server's own data. It is nobody's working directory, also where it lies inside one. */
  readonly dataDir: string;
}

export function mayWrite({ root, extraRoots, dataDir }: Zones, path: string): boolean {
  const own = (folder: string) => within(dataDir, path) && !within(dataDir, folder);
  return [root, ...extraRoots].some((folder) => within(folder, path) && !own(folder));
}

export const mayRead = (zones: Zones, path: string): boolean => within(zones.scratch, path) || mayWrite(zones, path);
