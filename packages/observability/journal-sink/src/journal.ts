import { randomBytes } from "node:crypto";
import type { Clock, Log } from "@dispatch/kernel";
import { encodeEntries } from "./encode-entries.ts";
import type { Entry } from "./entry.ts";
import { type Histogram, HistogramOf } from "./histogram.ts";
import { journalLog } from "./journal-log.ts";
import { type Mask, maskOf } from "./masking.ts";
import { Outage } from "./outage.ts";
import { Segments } from "./segments.ts";
import { Waiting } from "./waiting.ts";

export interface JournalOptions {
  /** Of the active segment. Its folder is made if it is missing. */
  readonly path: string;
  readonly segmentBytesMax?: number;
  /** Of one segment, from its making on. */
  readonly segmentAgeMs?: number;
  readonly clock: Clock;
  /** Values that must not be written. Asked often: gives the same list until it changes. */
  secrets(): readonly string[];
  /** One sentence an outage, for a person. */
  complain(text: string): void;
}

export interface Journal extends AsyncDisposable {
  /** Under the name `host-bin`. */
  readonly log: Log;
  readonly path: string;
  stats(): JournalStats;
  /** What was logged before is written, or dropped. */
  flush(): Promise<void>;
  /** The same at once, for a process that is about to end. What it leaves may pass the segment's bound. */
  flushSync(): void;
  /** Writes on in whatever file the path names now. */
  reopen(): Promise<void>;
}

export interface JournalStats {
  readonly written: number;
  readonly dropped: number;
  readonly waiting: number;
  readonly writeMs: Histogram;
}

/** Of what waits to be written; a record that is larger is dropped. */
export const waitingBytesMax: number = 16 * 1_024 * 1_024;
const segmentBytesDefault = 50 * 1_024 * 1_024;
const segmentAgeMsDefault = 24 * 3_600_000;
/** Records of one write. Between two the event loop goes on. */
const sliceBytesMax = 256 * 1_024;
/** Records that come within are written together. */
const gatherMs = 20;
const syncEveryMs = 5_000;
const writeMsBounds = [0.1, 0.25, 0.5, 1, 2.5, 5, 10, 25, 50, 100, 250, 1_000];

/** Never rejects: what cannot be opened is an outage, and is tried again. */
export async function openJournal(options: JournalOptions): Promise<Journal> {
  const journal = new FileJournal(options);
  await journal.reopen();
  return journal;
}

class FileJournal implements Journal {
  readonly log: Log;
  readonly path: string;
  readonly #clock: Clock;
  readonly #mask: () => Mask;
  readonly #segments: Segments;
  readonly #outage: Outage;
  readonly #waiting = new Waiting(waitingBytesMax);
  readonly #writeMs = new HistogramOf(writeMsBounds);
  readonly #end = new AbortController();
  readonly #pump: Promise<void>;
  #bell = Promise.withResolvers<void>();
  #hurry = new AbortController();
  #written = 0;
  /** Pushed, and written or dropped since: how far `flush` must see it come. */
  #pushed = 0;
  #settled = 0;
  #flushes: readonly { readonly upTo: number; done(): void }[] = [];
  #reopening = false;
  #syncing: Promise<void> | undefined;

  constructor({ path, segmentBytesMax, segmentAgeMs, clock, secrets, complain }: JournalOptions) {
    this.path = path;
    this.#clock = clock;
    this.#mask = maskOf(secrets);
    const bounds = { bytesMax: segmentBytesMax ?? segmentBytesDefault, ageMsMax: segmentAgeMs ?? segmentAgeMsDefault };
    this.#segments = new Segments({ path, clock, ...bounds });
    this.#outage = new Outage(path, clock, complain);
    const ports = { clock, newSpanId: spanIds(), push: (entry: Entry) => this.#push(entry), lost: () => this.#outage.dropped(1) };
    this.log = journalLog(ports, "host-bin");
    this.#pump = this.#run();
  }

  stats(): JournalStats {
    return { written: this.#written, dropped: this.#outage.droppedInAll, waiting: this.#waiting.count, writeMs: this.#writeMs.read() };
  }

  flush(): Promise<void> {
    if (this.#settled === this.#pushed && !this.#reopening) return Promise.resolve();
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#flushes = [...this.#flushes, { upTo: this.#pushed, done: resolve }];
    this.#hurry.abort();
    this.#bell.resolve();
    return promise;
  }

  flushSync(): void {
    this.#segments.finishSync();
    while (this.#waiting.count > 0) {
      const entries = this.#waiting.take(sliceBytesMax);
      this.#settle(entries.length, this.#segments.appendSync(encodeEntries(entries, this.#mask()).lines));
    }
  }

  reopen(): Promise<void> {
    this.#reopening = true;
    return this.flush();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#end.abort();
    this.#hurry.abort();
    this.#bell.resolve();
    await this.#pump;
    await this.#syncing;
    await this.#segments[Symbol.asyncDispose]();
  }

  #push(entry: Entry): void {
    const { aborted: ended } = this.#end.signal;
    if (ended || !this.#waiting.add(entry)) {
      this.#outage.overflowed(ended);
      return;
    }
    this.#pushed += 1;
    this.#bell.resolve();
  }

  async #run(): Promise<void> {
    for (;;) {
      await this.#bell.promise;
      const { aborted: ending } = this.#end.signal;
      if (!ending) await this.#clock.sleep(gatherMs, this.#hurry.signal);
      if (this.#hurry.signal.aborted) this.#hurry = new AbortController();
      this.#bell = Promise.withResolvers();
      await this.#drain();
      if (ending) return;
      if (this.#end.signal.aborted) this.#bell.resolve();
    }
  }

  async #drain(): Promise<void> {
    if (this.#reopening) await this.#tryToReopen();
    this.#settle(0, 0);
    let writing = Promise.resolve();
    while (this.#waiting.count > 0) {
      const entries = this.#waiting.take(sliceBytesMax);
      const before = writing;
      writing = this.#write(entries);
      // One slice is made while the one before it is on its way.
      await before;
    }
    await writing;
  }

  async #tryToReopen(): Promise<void> {
    this.#reopening = false;
    await this.#segments.reopen().catch((thrown: unknown) => this.#outage.failed(thrown));
  }

  async #write(entries: readonly Entry[]): Promise<void> {
    if (!this.#outage.mayTry(this.#end.signal.aborted)) return this.#settle(entries.length, 0);
    const encoded = encodeEntries(entries, this.#mask());
    const began = this.#clock.monotonic();
    const { written, failure } = await this.#segments.append(encoded);
    this.#writeMs.add(this.#clock.monotonic() - began);
    this.#settle(entries.length, written);
    if (failure !== undefined) this.#outage.failed(failure);
    else this.#tellWhatWasDropped();
    this.#syncLater();
  }

  #tellWhatWasDropped(): void {
    const count = this.#outage.over();
    if (count > 0) this.log.named("journal-sink").warn("records-dropped", { count });
  }

  #settle(taken: number, written: number): void {
    this.#written += written;
    if (taken > written) this.#outage.dropped(taken - written);
    this.#settled += taken;
    const reached = this.#flushes.filter(({ upTo }) => upTo <= this.#settled);
    if (reached.length === 0) return;
    this.#flushes = this.#flushes.filter(({ upTo }) => upTo > this.#settled);
    for (const { done } of reached) done();
  }

  /** At most every so often, and within that time after any write. */
  #syncLater(): void {
    this.#syncing ??= this.#clock
      .sleep(syncEveryMs, this.#end.signal)
      .then(() => this.#segments.sync())
      .catch((thrown: unknown) => this.#outage.failed(thrown))
      .then(() => {
        this.#syncing = undefined;
      });
  }
}

/** 16 hex digits: eight of this process, eight that count. */
function spanIds(): () => string {
  const prefix = randomBytes(4).toString("hex");
  let count = 0;
  return () => {
    count = (count + 1) >>> 0;
    return prefix + count.toString(16).padStart(8, "0");
  };
}
