import { hash } from "node:crypto";
import type { FileHandle } from "node:fs/promises";

/** The first record holds a time and ids: as much of it as tells it from any other. */
const headBytesMax = 512;

/** A name for a segment by its beginning: `<bytes>:<hash>`. An inode alone may be another file's by now, or the same file's, written anew. */
export async function generationOf(handle: FileHandle, offset: number, known?: string): Promise<string> {
  const length = Math.min(offset, headBytesMax);
  if (known !== undefined && generationLength(known) === length) return known;
  const head = Buffer.alloc(length);
  const { bytesRead } = await handle.read(head, 0, length, 0);
  return `${length}:${hash("sha256", head.subarray(0, bytesRead), "hex").slice(0, 32)}`;
}

export const generationLength = (generation: string): number => Number(generation.slice(0, generation.indexOf(":"))) || 0;
