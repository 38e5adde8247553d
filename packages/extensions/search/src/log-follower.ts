import { asFault, type Clock, type Log } from "@dispatch/kernel";
import { indexConversation, isWhole, type ReadLog } from "./index-conversation.ts";
import type { SearchIndex } from "./search-index.ts";

/** After a start, other things first. */
const startMs = 500;
/** What changes within this time is looked at together. */
const gatherMs = 400;
const retryMs = 30_000;
/** Comparing goes on for so long before something else may run. */
const sliceMs = 2;
/** A process that is late by this much has something else to do. */
const lateMs = 2;
/** Of the time, indexing takes a half while nothing else goes on, and a twentieth otherwise. */
const idlePauseFactor = 1;
const busyPauseFactor = 19;

/** What ids begin with. */
const beginnings = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";

export interface FollowerPorts {
  readonly log: ReadLog;
  readonly clock: Clock;
  readonly journal: Log;
  /** Opens the index, or an empty one. */
  open(): SearchIndex;
  /** Says of a failure that the index is damaged. */
  isDamage(thrown: unknown): boolean;
  /** Takes the file away. */
  discard(): void;
}

export interface Progress {
  readonly indexing: boolean;
  /** 0 to 1, while indexing. */
  readonly progress: number;
}

type Work = AsyncGenerator<void, void, void>;

/** Keeps the index at the log, in short slices between which everything else runs. Never fails: what goes wrong is journaled and tried again. */
export class LogFollower {
  readonly #ports: FollowerPorts;
  #index: SearchIndex | undefined;
  /** Changed since they were last read. */
  readonly #fresh = new Set<string>();
  /** Found at the start to be behind their log, or unknown; the latest first. */
  #backlog = new Set<string>();
  #backlogTotal = 0;
  #compared = false;
  #current: { readonly id: string; readonly work: Work } | undefined;
  #behind: { readonly id: string; readonly work: Work } | undefined;
  #bell = Promise.withResolvers<void>();
  #caughtUp = Promise.withResolvers<void>();
  #hurry = new AbortController();
  #late = false;

  constructor(ports: FollowerPorts) {
    this.#ports = ports;
  }

  /** Something of the conversation is new. */
  touch(conversationId: string): void {
    this.#fresh.add(conversationId);
    this.#bell.resolve();
  }

  /** Opened at the first need. Faults: those of opening. */
  get index(): SearchIndex {
    this.#index ??= this.#ports.open();
    return this.#index;
  }

  get progress(): Progress {
    const left = this.#backlog.size + (this.#behind === undefined ? 0 : 1);
    const indexing = !this.#compared || left > 0 || this.#fresh.size > 0 || this.#current !== undefined;
    return { indexing, progress: this.#compared ? 1 - left / Math.max(this.#backlogTotal, 1) : 0 };
  }

  /** Waits until all that has changed is in, but not for what a start or a fresh index has to make up for. Faults: those of opening, at once. */
  async caughtUp(waitMs: number): Promise<void> {
    this.#index ??= this.#ports.open();
    if (this.#compared && this.#fresh.size === 0 && this.#current === undefined) return;
    this.#hurry.abort();
    this.#bell.resolve();
    const waited = new AbortController();
    await Promise.race([this.#caughtUp.promise, this.#ports.clock.sleep(waitMs, waited.signal)]);
    waited.abort();
    this.#hurry = new AbortController();
  }

  /** The index cannot be read any more: it is made anew. */
  renew(): void {
    this.#close();
    this.#ports.discard();
    this.#startOver();
    this.#bell.resolve();
  }

  async run(signal: AbortSignal): Promise<void> {
    await this.#sleep(startMs, signal);
    while (!signal.aborted) {
      try {
        if (!this.#compared) await this.#compare(signal);
        await this.#work(signal);
        await this.#untilTold(signal);
      } catch (thrown) {
        await this.#recover(thrown, signal);
      }
    }
  }

  [Symbol.dispose](): void {
    this.#close();
  }

  /** Which conversations are not what they were when they were indexed: by their records alone. */
  async #compare(signal: AbortSignal): Promise<void> {
    const { clock } = this.#ports;
    const behind: { readonly id: string; readonly at: number }[] = [];
    let from = clock.monotonic();
    for (const idPrefix of beginnings) {
      const { index } = this;
      const known = new Map(index.knownBeginning(idPrefix).map((one) => [one.id, one]));
      for (const record of await this.#ports.log.list({ idPrefix })) {
        const one = known.get(record.id);
        known.delete(record.id);
        if (one === undefined || !isWhole(one, record)) behind.push({ id: record.id, at: record.lastActivityAt });
      }
      // In the index and not in the log.
      for (const id of known.keys()) behind.push({ id, at: Infinity });
      if (signal.aborted) return;
      if (clock.monotonic() - from < sliceMs) continue;
      await clock.sleep(0);
      from = clock.monotonic();
    }
    this.#backlog = new Set(behind.sort((a, b) => b.at - a.at).map(({ id }) => id));
    this.#backlogTotal = behind.length;
    this.#compared = true;
    if (behind.length > 0) this.#ports.journal.info("search-behind", { conversations: behind.length });
  }

  async #work(signal: AbortSignal): Promise<void> {
    for (let work = this.#next(); work !== undefined && !signal.aborted; work = this.#next()) {
      const from = this.#ports.clock.monotonic();
      const { done } = await work.next();
      if (done && work === this.#current?.work) this.#current = undefined;
      if (done && work === this.#behind?.work) this.#behind = undefined;
      if (this.#fresh.size === 0 && this.#current === undefined) this.#tellCaughtUp();
      await this.#pause(this.#ports.clock.monotonic() - from, signal);
    }
    if (!signal.aborted) this.#tellCaughtUp();
  }

  /** What is new goes first, also in the middle of a long conversation that is made up for. */
  #next(): Work | undefined {
    if (this.#current !== undefined) return this.#current.work;
    const { log } = this.#ports;
    for (const id of this.#fresh) {
      this.#fresh.delete(id);
      this.#backlog.delete(id);
      if (this.#behind?.id === id) this.#behind = undefined;
      this.#current = { id, work: indexConversation(id, "front", log, this.index) };
      return this.#current.work;
    }
    if (this.#behind !== undefined) return this.#behind.work;
    for (const id of this.#backlog) {
      this.#backlog.delete(id);
      this.#behind = { id, work: indexConversation(id, "back", log, this.index) };
      return this.#behind.work;
    }
    return undefined;
  }

  async #pause(costMs: number, signal: AbortSignal): Promise<void> {
    const { clock } = this.#ports;
    if (this.#hurry.signal.aborted) return clock.sleep(0);
    const pauseMs = Math.max(1, costMs * (this.#late ? busyPauseFactor : idlePauseFactor));
    const from = clock.monotonic();
    await this.#sleep(pauseMs, signal);
    this.#late = clock.monotonic() - from > pauseMs + lateMs;
  }

  async #untilTold(signal: AbortSignal): Promise<void> {
    if (signal.aborted) return;
    const ended = Promise.withResolvers<void>();
    const end = () => ended.resolve();
    signal.addEventListener("abort", end, { once: true });
    await Promise.race([this.#bell.promise, ended.promise]);
    signal.removeEventListener("abort", end);
    await this.#sleep(gatherMs, signal);
    this.#bell = Promise.withResolvers<void>();
  }

  /** Whoever waits for a search ends it early. */
  #sleep(ms: number, signal: AbortSignal): Promise<void> {
    return this.#ports.clock.sleep(ms, AbortSignal.any([signal, this.#hurry.signal]));
  }

  async #recover(thrown: unknown, signal: AbortSignal): Promise<void> {
    const { journal, clock, isDamage } = this.#ports;
    journal.warn("search-index-failed", { error: asFault(thrown).message });
    this.#startOver();
    if (!isDamage(thrown)) return clock.sleep(retryMs, signal);
    try {
      this.renew();
    } catch (again) {
      journal.warn("search-index-failed", { error: asFault(again).message });
      await clock.sleep(retryMs, signal);
    }
  }

  #startOver(): void {
    this.#compared = false;
    this.#backlog.clear();
    this.#current = undefined;
    this.#behind = undefined;
  }

  #tellCaughtUp(): void {
    this.#caughtUp.resolve();
    this.#caughtUp = Promise.withResolvers<void>();
  }

  #close(): void {
    const index = this.#index;
    this.#index = undefined;
    index?.close();
  }
}
