import type { Clock } from "@dispatch/kernel";
import type { Encoded } from "./encode-entries.ts";
import { rotate } from "./rotation.ts";
import { appendSync, SegmentFile } from "./segment-file.ts";

export interface SegmentsOptions {
  readonly path: string;
  readonly bytesMax: number;
  readonly ageMsMax: number;
  readonly clock: Clock;
}

/** How often it is looked whether the path still names the open file: somebody may delete or rename it. */
const lookEveryMs = 250;

/** The active segment and those before it. Appends are done one after another, in the order of their calls. */
export class Segments implements AsyncDisposable {
  readonly #options: SegmentsOptions;
  #file: SegmentFile | undefined;
  /** What is being appended, and what comes after it. */
  #hands: readonly Hand[] = [];
  #last: Promise<unknown> = Promise.resolve();
  #lookedAt = Number.NEGATIVE_INFINITY;
  /** Segments that are being closed. */
  readonly #closing = new Set<Promise<void>>();

  constructor(options: SegmentsOptions) {
    this.#options = options;
  }

  /** Gives how many of the lines are in the journal, and why not all. */
  append({ lines, bytes }: Encoded): Promise<Appended> {
    const hand: Hand = { lines, bytes, next: 0, written: 0 };
    this.#hands = [...this.#hands, hand];
    const appended = this.#last.then(() => this.#append(hand));
    this.#last = appended;
    return appended;
  }

  /** Writes at once what an `append` has not come to yet, and waits a moment for what it has. */
  finishSync(): void {
    this.#file?.landSync();
    for (const hand of this.#hands) {
      const rest = hand.lines.slice(hand.next);
      hand.next = hand.lines.length;
      hand.written += this.appendSync(rest);
    }
  }

  /** Into the active segment, beyond its bound if need be. Gives how many lines are in the journal: all or none. */
  appendSync(lines: readonly string[]): number {
    if (lines.length === 0) return 0;
    const bytes = Buffer.from(lines.join(""));
    try {
      if (this.#file === undefined) appendSync(this.#options.path, bytes);
      else this.#file.appendSync(bytes);
      return lines.length;
    } catch {
      return 0;
    }
  }

  /** The path may name another file now. Rejects if none can be opened. */
  async reopen(): Promise<void> {
    this.#leave();
    await this.#current();
  }

  async sync(): Promise<void> {
    await this.#file?.sync();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#leave();
    await Promise.all(this.#closing);
  }

  async #append(hand: Hand): Promise<Appended> {
    const { lines, bytes } = hand;
    try {
      while (hand.next < lines.length) {
        const file = await this.#room(Buffer.byteLength(lines[hand.next] ?? ""));
        const piece = fitting(lines, bytes, hand.next, this.#options.bytesMax - file.sizeBytes);
        hand.next += piece.count;
        const landed = await file.append(piece.bytes);
        hand.written += linesIn(piece.bytes.subarray(0, landed.written));
        if ("failure" in landed) throw landed.failure;
      }
      return { written: hand.written };
    } catch (failure) {
      // Whatever it was, the next attempt begins with a file that was just opened.
      this.#leave();
      return { written: hand.written, failure };
    } finally {
      this.#hands = this.#hands.filter((other) => other !== hand);
    }
  }

  /** A segment that may take so many bytes more; an empty one takes any line. */
  async #room(lineBytes: number): Promise<SegmentFile> {
    const file = await this.#current();
    const { bytesMax, ageMsMax, path } = this.#options;
    const isFull = file.sizeBytes + lineBytes > bytesMax || file.ageMs >= ageMsMax;
    if (!file.isFile || file.sizeBytes === 0 || !isFull) return file;
    await rotate(path);
    this.#leave();
    return this.#current();
  }

  async #current(): Promise<SegmentFile> {
    const { path, clock } = this.#options;
    const now = clock.monotonic();
    if (this.#file !== undefined && now - this.#lookedAt >= lookEveryMs) {
      this.#lookedAt = now;
      if (!(await this.#file.isStillThere())) this.#leave();
    }
    if (this.#file === undefined) {
      this.#file = await SegmentFile.open(path, clock);
      this.#lookedAt = now;
    }
    return this.#file;
  }

  /** Nobody waits for a disk that takes its time to close a file. */
  #leave(): void {
    const closing: Promise<void> | undefined = this.#file?.[Symbol.asyncDispose]()
      .catch(() => undefined)
      .finally(() => closing !== undefined && this.#closing.delete(closing));
    if (closing !== undefined) this.#closing.add(closing);
    this.#file = undefined;
  }
}

export interface Appended {
  /** Lines. */
  readonly written: number;
  readonly failure?: unknown;
}

interface Hand extends Encoded {
  /** The first line that no file was given yet. */
  next: number;
  written: number;
}

/** The lines from there on that fit together; one at least, if there is any. */
function fitting(lines: readonly string[], bytes: Buffer, from: number, room: number): { readonly bytes: Buffer; readonly count: number } {
  if (from === 0 && bytes.length <= room) return { bytes, count: lines.length };
  let size = Buffer.byteLength(lines[from] ?? "");
  let to = from + 1;
  for (; to < lines.length; to += 1) {
    size += Buffer.byteLength(lines[to] ?? "");
    if (size > room) break;
  }
  const piece = lines.slice(from, to);
  return { bytes: Buffer.from(piece.join("")), count: piece.length };
}

function linesIn(bytes: Uint8Array): number {
  let count = 0;
  for (let at = bytes.indexOf(10); at !== -1; at = bytes.indexOf(10, at + 1)) count += 1;
  return count;
}
