import { closeSync, constants, fstatSync, openSync, readSync, realpathSync } from "node:fs";
import { isAbsolute, relative } from "node:path";

/** The rest of a longer file is left out. */
export const fileBytesMax = 64 * 1024;

/**
 * The text of a regular file, its beginning when it is longer than `fileBytesMax`; `null` when there is none, it is not UTF-8, or it really lies
 * outside the folder `within`, given as its real path. Neither a pipe nor a device makes this wait. Read at once (decision 0006): trips through the
 * platform's threads would cost every new conversation more than the reading.
 */
export function readTextFile(path: string, within?: string): string | null {
  try {
    const real = realpathSync.native(path);
    if (within !== undefined && !liesIn(real, within)) return null;
    const file = openSync(real, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOFOLLOW);
    try {
      return readText(file);
    } finally {
      closeSync(file);
    }
  } catch {
    // Whatever keeps the file from being read, a prompt does without it.
    return null;
  }
}

function readText(file: number): string | null {
  const info = fstatSync(file);
  if (!info.isFile()) return null;
  const bytes = new Uint8Array(fileBytesMax + 1);
  let sizeBytes = 0;
  while (sizeBytes < bytes.length) {
    const bytesRead = readSync(file, bytes, sizeBytes, bytes.length - sizeBytes, sizeBytes);
    if (bytesRead === 0) break;
    sizeBytes += bytesRead;
  }
  const isCut = sizeBytes > fileBytesMax;
  // A character that the bound cuts in two is left out with the rest.
  const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes.subarray(0, Math.min(sizeBytes, fileBytesMax)), { stream: isCut });
  if (text.includes("\0")) return null;
  return isCut ? `${text}\n(The rest is left out: the file has ${info.size} bytes.)` : text;
}

export function liesIn(path: string, folder: string): boolean {
  const way = relative(folder, path);
  return way !== ".." && !way.startsWith("../") && !isAbsolute(way);
}
