import { within } from "./path-text.ts";

/** The folders that decide what one conversation may touch, as real paths. */
export interface Zones {
  readonly root: string;
  readonly extraRoots: readonly string[];
  /** The conversation's own scratch folder: read only. */
  readonly scratch: string;
  /** The server's own data. It is nobody's working directory, also where it lies inside one. */
  readonly dataDir: string;
  /** Further files and folders of the server's own, for which the same holds. One that ends in `*` stands for all that begin so. */
  readonly closed: readonly string[];
}

/** What runs shows itself there, with its environment and its memory. */
const neverOpen = "/proc";

export function mayWrite({ root, extraRoots, dataDir, closed }: Zones, path: string): boolean {
  if (within(neverOpen, path)) return false;
  const own = (folder: string) => [dataDir, ...closed].some((one) => covers(one, path) && !within(one, folder));
  return [root, ...extraRoots].some((folder) => within(folder, path) && !own(folder));
}

const covers = (one: string, path: string): boolean => (one.endsWith("*") ? path.startsWith(one.slice(0, -1)) : within(one, path));

export const mayRead = (zones: Zones, path: string): boolean => within(zones.scratch, path) || mayWrite(zones, path);
