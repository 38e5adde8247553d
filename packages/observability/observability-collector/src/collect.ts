import { resolve } from "node:path";
import type { Clock } from "@dispatch/kernel";
import { isDamage, openTraceStore, type TraceStore } from "@dispatch/trace-store";
import { Complaints } from "./complaints.ts";
import { JournalReader } from "./journal-reader.ts";

export interface CollectOptions {
  /** Path of the active segment. It may not exist yet. */
  readonly journal: string;
  readonly db: string;
  /** Between two looks at the journal. */
  readonly intervalMs: number;
  readonly pruneIntervalMs: number;
  readonly retention?: Retention;
  readonly clock: Clock;
  /** Aborting it reads what is there to its end, and ends. */
  readonly signal: AbortSignal;
  /** Told a sentence for people, each kind of it a few times a minute. */
  readonly complain: (text: string) => void;
  /** For tests that break the store on purpose. */
  readonly decorate?: (store: TraceStore) => TraceStore;
}

export interface Retention {
  readonly ageMs: number;
  readonly bodyBytesMax: number;
}

const weekMs = 7 * 24 * 60 * 60 * 1_000;
const usualRetention: Retention = { ageMs: weekMs, bodyBytesMax: 256 * 1024 * 1024 };
/** Between two looks: removing much at once would leave the journal waiting. */
const prunedRowsMax = 10_000;

/**
 * Moves a journal into a trace store until the signal aborts. How far it came is stored with the rows, in one transaction: whenever its process is
 * killed, the next one goes on at exactly that place. Throws what the store throws when it is opened.
 */
export async function collect(options: CollectOptions): Promise<void> {
  const { clock, intervalMs, pruneIntervalMs, signal } = options;
  const complaints = new Complaints(options.complain, clock);
  await using collecting = await Collecting.begin(options, complaints);
  let prunedAt = Number.NEGATIVE_INFINITY;
  for (;;) {
    // What was written before the signal is read by the look that begins after it.
    const last = signal.aborted;
    await collecting.look();
    if (last) return;
    const due = clock.monotonic() - prunedAt >= pruneIntervalMs;
    if (due && (await collecting.prune())) prunedAt = clock.monotonic();
    await clock.sleep(intervalMs, signal);
  }
}

/** The store and what reads into it, both begun anew when the store turns out to be damaged. */
class Collecting implements AsyncDisposable {
  readonly #options: CollectOptions;
  readonly #complaints: Complaints;
  #store: TraceStore;
  #reader: JournalReader;

  static async begin(options: CollectOptions, complaints: Complaints): Promise<Collecting> {
    return new Collecting(options, complaints, await openStore(options, false));
  }

  constructor(options: CollectOptions, complaints: Complaints, store: TraceStore) {
    this.#options = options;
    this.#complaints = complaints;
    this.#store = store;
    this.#reader = this.#readerInto(store);
  }

  async look(): Promise<void> {
    try {
      await this.#reader.read();
    } catch (thrown) {
      if (isDamage(thrown)) return this.#beginAnew(thrown);
      this.#complaints.tell(
        "store",
        `The journal is not collected for now (${reason(thrown)}). It is tried again; nothing is lost while its segments are kept.`,
      );
    }
  }

  /** Whether all was removed that is to be. */
  async prune(): Promise<boolean> {
    try {
      return this.#store.prune({ ...(this.#options.retention ?? usualRetention), rowsMax: prunedRowsMax }).done;
    } catch (thrown) {
      if (isDamage(thrown)) await this.#beginAnew(thrown);
      this.#complaints.tell("prune", `Old traces were not removed (${reason(thrown)}). It is tried again.`);
      return true;
    }
  }

  /** Read again is what the journal's segments still hold. */
  async #beginAnew(thrown: unknown): Promise<void> {
    this.#complaints.tell("damage", `The trace database does not hold together (${reason(thrown)}). It is checked.`);
    await this[Symbol.asyncDispose]();
    this.#store = await openStore(this.#options, true);
    this.#reader = this.#readerInto(this.#store);
  }

  #readerInto(store: TraceStore): JournalReader {
    return new JournalReader({ journal: resolve(this.#options.journal), store, complaints: this.#complaints });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#reader[Symbol.asyncDispose]();
    await this.#store[Symbol.asyncDispose]();
  }
}

async function openStore({ db, complain, clock, decorate = (store) => store }: CollectOptions, verify: boolean): Promise<TraceStore> {
  return decorate(await openTraceStore(db, { complain, verify, now: () => clock.now() }));
}

const reason = (thrown: unknown): string => (thrown instanceof Error ? thrown.message : String(thrown));
