import { type FileHandle, open } from "node:fs/promises";
import { generationLength, generationOf } from "./generation.ts";

/** A longer line is no record that anybody wrote: it is passed over without being held. */
export const lineBytesMax = 32 * 1024 * 1024;
const newline = 10;

/** Whole lines of one segment. */
export interface Batch {
  /** Absent: one line, too long to be read. */
  readonly text?: string;
  readonly from: number;
  /** Behind the last line's end. */
  readonly to: number;
}

/**
 * Reads one segment, whatever it is called meanwhile: a file that was renamed or removed while it is held is read to its end. Only whole lines
 * count; the beginning of one waits for its rest, without being held.
 */
export class SegmentReader {
  readonly inode: string;
  /** The look at which it was read to its end; what looks the same has nothing new. */
  readAt = "";
  sizeBytes = 0;
  /** It was not where it had been, and that was told. */
  missed = false;
  #offset: number;
  #generation: string;
  #searched = 0;
  #handle: FileHandle | undefined;
  /** It was let go when it had been read whole: its inode may be another file's by now. */
  #letGo = false;

  constructor(inode: string, { offset, generation }: { readonly offset: number; readonly generation: string }) {
    this.inode = inode;
    this.#offset = offset;
    this.#generation = generation;
  }

  get offset(): number {
    return this.#offset;
  }

  get held(): boolean {
    return this.#handle !== undefined;
  }

  /** `false`: something else stands at the path by now. */
  async hold(path: string): Promise<boolean> {
    if (this.#handle !== undefined) return true;
    const handle = await open(path, "r").catch(() => undefined);
    if (handle === undefined) return false;
    const { ino } = await handle.stat({ bigint: true });
    if (ino.toString() !== this.inode) {
      await handle.close();
      return false;
    }
    this.#handle = handle;
    return true;
  }

  async release(): Promise<void> {
    const handle = this.#handle;
    this.#handle = undefined;
    this.#letGo = true;
    await handle?.close();
  }

  /** Whether it is what was read before. If not it is read from its beginning, and what is stored already is not stored again. */
  async startOver(): Promise<"same" | "cut" | "another"> {
    if (this.#handle === undefined || this.#offset === 0) return "same";
    const { size } = await this.#handle.stat();
    const length = generationLength(this.#generation);
    if (size >= this.#offset && (await generationOf(this.#handle, length)) === this.#generation) return "same";
    this.#offset = 0;
    this.#searched = 0;
    this.#generation = await generationOf(this.#handle, 0);
    return this.#letGo ? "another" : "cut";
  }

  /** What there is behind the offset. A batch counts when `landed` was told its end; the next one begins there. */
  async *batches(buffer: Buffer): AsyncGenerator<Batch, void, void> {
    for (;;) {
      const batch = this.#searched - this.#offset >= buffer.length ? await this.#longLine(buffer) : await this.#lines(buffer);
      if (batch === undefined) return;
      yield batch;
    }
  }

  /** By what the segment is known when it was read up to there. */
  async generationAt(offset: number): Promise<string> {
    return this.#handle === undefined ? this.#generation : generationOf(this.#handle, offset, this.#generation);
  }

  landed(offset: number, generation: string): void {
    this.#offset = offset;
    this.#generation = generation;
  }

  async #lines(buffer: Buffer): Promise<Batch | undefined> {
    const read = await this.#fill(buffer, this.#offset);
    const last = read === 0 ? -1 : buffer.lastIndexOf(newline, read - 1);
    if (last >= 0) return { text: buffer.toString("utf8", 0, last), from: this.#offset, to: this.#offset + last + 1 };
    this.#searched = this.#offset + read;
    return read < buffer.length ? undefined : this.#longLine(buffer);
  }

  /** A line longer than the buffer: its end is looked for first, from where the last search stopped. */
  async #longLine(buffer: Buffer): Promise<Batch | undefined> {
    for (;;) {
      const read = await this.#fill(buffer, this.#searched);
      if (read === 0) return undefined;
      const end = buffer.subarray(0, read).indexOf(newline);
      this.#searched += end < 0 ? read : end + 1;
      if (end < 0) continue;
      const [from, to] = [this.#offset, this.#searched];
      if (to - from > lineBytesMax) return { from, to };
      const line = Buffer.allocUnsafeSlow(to - from - 1);
      await this.#fill(line, from);
      return { text: line.toString("utf8"), from, to };
    }
  }

  /** As much as there is, up to the buffer's length. */
  async #fill(buffer: Buffer, from: number): Promise<number> {
    let read = 0;
    while (this.#handle !== undefined && read < buffer.length) {
      const { bytesRead } = await this.#handle.read(buffer, read, buffer.length - read, from + read);
      if (bytesRead === 0) break;
      read += bytesRead;
    }
    return read;
  }
}
