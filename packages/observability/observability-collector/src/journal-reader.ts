import { writeFile } from "node:fs/promises";
import { type JournalRecord, parseRecord } from "@dispatch/journal-sink/record";
import type { SegmentProgress, TraceStore } from "@dispatch/trace-store";
import type { Complaints } from "./complaints.ts";
import { listSegments, type Segment } from "./journal-segments.ts";
import { type Batch, lineBytesMax, SegmentReader } from "./segment-reader.ts";

/** Read at once, and stored in one transaction: larger ones cost less a record. */
const batchBytesMax = 8 * 1024 * 1024;
/** Segments held open before they are read, so that one that is removed meanwhile is read all the same. */
const heldMax = 32;
const listingsMax = 3;

export interface JournalReaderOptions {
  /** Absolute. */
  readonly journal: string;
  readonly store: TraceStore;
  readonly complaints: Complaints;
}

/** Brings everything that a journal holds and that was not read yet into the store, segment by segment, each from where it was left. */
export class JournalReader implements AsyncDisposable {
  readonly #journal: string;
  readonly #store: TraceStore;
  readonly #complaints: Complaints;
  readonly #buffer = Buffer.allocUnsafeSlow(batchBytesMax);
  readonly #readers: Map<string, SegmentReader>;
  /** Of the rotated segments that were seen. */
  #highest: number | undefined;
  #noted = -1;

  constructor({ journal, store, complaints }: JournalReaderOptions) {
    this.#journal = journal;
    this.#store = store;
    this.#complaints = complaints;
    this.#readers = new Map(store.progress(journal).map((known) => [known.inode, new SegmentReader(known.inode, known)]));
  }

  /** Reads to the end of all that is there. A store that refuses throws: nothing is held then, or a disk that is full would never get back what is removed. */
  async read(): Promise<void> {
    try {
      await this.#readAll();
    } catch (thrown) {
      await this[Symbol.asyncDispose]();
      throw thrown;
    }
  }

  async #readAll(): Promise<void> {
    // A rotation between the listing and the opening: what is listed anew has other names and the same inodes.
    for (let attempt = 1; attempt < listingsMax; attempt++) if (await this.#readListed(await listSegments(this.#journal), false)) return;
    await this.#readListed(await listSegments(this.#journal), true);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const reader of this.#readers.values()) await reader.release();
  }

  /** `false`: a segment is not where it was listed. With `passOver` that is told, and the others are read. */
  async #readListed(segments: readonly Segment[], passOver: boolean): Promise<boolean> {
    await this.#readRemoved(segments);
    this.#tellGap(segments);
    const unread = segments.filter((segment) => this.#readerOf(segment).readAt !== segment.look);
    await Promise.all(unread.slice(0, heldMax).map((segment) => this.#readerOf(segment).hold(segment.path)));
    for (const segment of unread) {
      const reader = this.#readerOf(segment);
      if (!(await reader.hold(segment.path))) {
        if (!passOver) return false;
        this.#complaints.tell("unreadable", `${segment.path} cannot be opened. Let this user read it; it is tried again.`);
        continue;
      }
      await this.#readSegment(reader, segment.path);
      reader.readAt = segment.look;
      reader.sizeBytes = segment.sizeBytes;
      if (segment.number !== undefined) await reader.release();
    }
    await this.#noteOffset(segments.at(-1));
    return true;
  }

  #readerOf({ inode }: Segment): SegmentReader {
    const known = this.#readers.get(inode) ?? new SegmentReader(inode, { offset: 0, generation: "" });
    this.#readers.set(inode, known);
    return known;
  }

  async #readSegment(reader: SegmentReader, path: string): Promise<void> {
    const { offset } = reader;
    if ((await reader.startOver()) === "cut")
      this.#complaints.tell("cut", `${path} was cut or written anew behind byte ${offset}; it is read from its beginning.`);
    for await (const batch of reader.batches(this.#buffer)) await this.#land(reader, path, batch);
  }

  async #land(reader: SegmentReader, path: string, batch: Batch): Promise<void> {
    const generation = await reader.generationAt(batch.to);
    const progress: SegmentProgress = { journal: this.#journal, inode: reader.inode, generation, offset: batch.to };
    const lines = linesOf(batch.text ?? "");
    const { refused } = this.#store.insert(lines.records, progress);
    reader.landed(batch.to, generation);
    const skipped = lines.skipped() + refused;
    if (batch.text === undefined)
      this.#complaints.tell(
        "long",
        `${path} has a line of ${batch.to - batch.from} bytes at byte ${batch.from}; more than ${lineBytesMax} are skipped.`,
      );
    else if (skipped > 0)
      this.#complaints.tell(
        "malformed",
        `${path}: ${skipped} lines between byte ${batch.from} and ${batch.to} are no records and were skipped.`,
      );
  }

  /** Segments that are no longer where they were: those that are held are read to their end first. */
  async #readRemoved(segments: readonly Segment[]): Promise<void> {
    const there = new Set(segments.map(({ inode }) => inode));
    const active = segments.some(({ number }) => number === undefined);
    for (const reader of [...this.#readers.values()].filter(({ inode }) => !there.has(inode))) {
      if (reader.held) await this.#readSegment(reader, "A segment that was removed");
      if (!reader.missed) this.#tellRemoved(reader);
      reader.missed = true;
      // While there is no other, somebody may still be writing to it.
      if (reader.held && !active) continue;
      await reader.release();
      this.#readers.delete(reader.inode);
      this.#store.forget(this.#journal, [reader.inode]);
    }
  }

  /** Nothing is said of what was read whole and then removed: whoever writes the journal keeps it small. */
  #tellRemoved({ held, offset, readAt, sizeBytes }: SegmentReader): void {
    const lost = readAt === "" ? "what came behind is lost" : `${sizeBytes - offset} bytes behind that are lost`;
    if (held) this.#complaints.tell("removed", `A segment of ${this.#journal} was removed under the collector; all of it was read.`);
    else if (readAt === "" || sizeBytes > offset)
      this.#complaints.tell("removed", `A segment of ${this.#journal} was removed when ${offset} bytes of it had been read; ${lost}.`);
  }

  /** Numbers never come twice, so that one that is missing was a segment that came and went unseen. */
  #tellGap(segments: readonly Segment[]): void {
    const numbers = segments.flatMap(({ number }) => number ?? []);
    const [oldest, newest] = [numbers[0], numbers.at(-1)];
    const missing = this.#highest === undefined || oldest === undefined ? 0 : oldest - this.#highest - 1;
    if (missing > 0) this.#complaints.tell("gap", `${missing} segments of ${this.#journal} were removed before the collector saw them.`);
    if (newest !== undefined) this.#highest = newest;
  }

  /** For people. Nothing is resumed from it. */
  async #noteOffset(newest: Segment | undefined): Promise<void> {
    const offset = newest === undefined ? 0 : (this.#readers.get(newest.inode)?.offset ?? 0);
    if (newest === undefined || newest.number !== undefined || offset === this.#noted) return;
    this.#noted = offset;
    await writeFile(`${this.#journal}.collector-offset`, `${offset}\n`, { mode: 0o600 }).catch((thrown: unknown) =>
      this.#complaints.tell("offset", `${this.#journal}.collector-offset cannot be written (${String(thrown)}); it is for people alone.`),
    );
  }
}

interface Lines {
  readonly records: Iterable<JournalRecord>;
  /** How many lines were none, once all were read. */
  skipped(): number;
}

/** One at a time, so that no more than the text is held. Empty lines are nothing. */
function linesOf(text: string): Lines {
  let skipped = 0;
  const records = function* (): Generator<JournalRecord, void, void> {
    for (let from = 0, to = 0; to < text.length; from = to + 1) {
      const end = text.indexOf("\n", from);
      to = end < 0 ? text.length : end;
      const record = to === from ? undefined : parseRecord(text.slice(from, to));
      if (record !== undefined) yield record;
      else if (to > from) skipped += 1;
    }
  };
  return { records: records(), skipped: () => skipped };
}
