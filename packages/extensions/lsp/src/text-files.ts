import { constants } from "node:fs";
import { open } from "node:fs/promises";

/** A larger file is shown to no server. */
export const textBytesMax = 4 * 1024 * 1024;

/**
 * The text of a file that was shown before, by its real path. A link that has been put in its place since is not followed. `undefined`: it is no
 * text file any more.
 */
export async function readText(path: string): Promise<string | undefined> {
  try {
    await using file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOFOLLOW);
    const info = await file.stat();
    return info.isFile() && info.size <= textBytesMax ? textOf(await file.readFile()) : undefined;
  } catch {
    return undefined;
  }
}

/** Decoded, or `undefined` for what is not UTF-8 text. */
export function textOf(bytes: Uint8Array): string | undefined {
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    return text.includes("\0") ? undefined : text;
  } catch {
    return undefined;
  }
}
