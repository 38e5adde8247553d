import { readFileSync, type Stats } from "node:fs";
import { secondName } from "./faults.ts";

/**
 * The log and the lock stand beside the name by which a file was opened: by two names, two processes would each write a log of their own to one file, and
 * neither would see the other's lock. Links to a path are followed before; what is left are hard links, and a file mounted by itself.
 * Faults: `storage-sqlite/second-name`.
 */
export function requireOneName(path: string, { nlink }: Pick<Stats, "nlink">): void {
  if (nlink > 1) throw secondName(path, `it has ${nlink} names (hard links). Remove the others, or copy the file with cp`);
  if (isMountPoint(path)) throw secondName(path, "it is mounted by itself. Mount the folder that it lies in");
}

/** Where the system does not say what is mounted, nothing is known. */
function isMountPoint(path: string): boolean {
  const escaped = path.replaceAll(/[ \t\n\\]/g, (character) => `\\${character.charCodeAt(0).toString(8).padStart(3, "0")}`);
  try {
    return readFileSync("/proc/self/mountinfo", "utf8").includes(` ${escaped} `);
  } catch {
    return false;
  }
}
