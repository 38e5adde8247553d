import { closeSync, fsyncSync, openSync } from "node:fs";

/** To the disk itself: of a file what it holds, of a folder the names in it. */
export function flush(path: string): void {
  const descriptor = openSync(path, "r");
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
