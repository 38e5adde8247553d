import type { Clock, Store } from "@dispatch/kernel";
import type { Act } from "@dispatch/op-registry/contract";
import { type AuditEntry, auditEntry, entryOf } from "./audit-entry.ts";

const prefix = "entry/";
/** What happens within it is written in one commit, which no act waits for. */
const gatherMs = 50;
/** Beyond it the oldest entries go, however young they are. */
const entriesMax = 200_000;
/** Acts that wait to be written while the store takes none; the newest are then dropped, and counted. */
export const waitingMax = 10_000;
export const removedAtOnceMax = 1_000;

export interface AuditTrailPorts {
  readonly store: Store;
  readonly clock: Clock;
  readonly days: number;
  /** The text without secrets. */
  mask(text: string): string;
  failed(thrown: unknown, dropped: number): void;
}

export interface AuditPage {
  readonly entries: readonly (AuditEntry & { readonly id: string })[];
  readonly more: boolean;
}

export interface AuditQuery {
  readonly who?: string | undefined;
  readonly what?: string | undefined;
  readonly before?: string | undefined;
  readonly limit: number;
}

/** The entries in the store, by time. Written behind the acts: nobody waits for it. */
export class AuditTrail implements AsyncDisposable {
  readonly #ports: AuditTrailPorts;
  readonly #max: number;
  #waiting: { readonly key: string; readonly at: number; readonly act: Act }[] = [];
  #writing: Promise<void> | undefined;
  #ended = new AbortController();
  #dropped = 0;
  #lastAt = 0;
  #count = 0;

  constructor(ports: AuditTrailPorts, max: number = entriesMax) {
    this.#ports = ports;
    this.#max = max;
  }

  /** At once: what is written of it is made when it is written. */
  add(act: Act): void {
    if (this.#waiting.length >= waitingMax) {
      this.#dropped += 1;
      return;
    }
    const at = this.#ports.clock.now();
    this.#waiting.push({ key: this.#nextKey(at), at, act });
    this.#writing ??= this.#write();
  }

  /** Newest first. What has not been written yet is written before. */
  async read({ who, what, before, limit }: AuditQuery): Promise<AuditPage> {
    await this.#written();
    const after = before === undefined ? {} : { after: prefix + before };
    const entries: (AuditEntry & { readonly id: string })[] = [];
    for await (const { key, value } of this.#ports.store.scan({ prefix, order: "descending", ...after })) {
      const entry = auditEntry(value);
      if (entry === undefined || (who !== undefined && entry.who !== who) || (what !== undefined && !entry.what.startsWith(what))) continue;
      if (entries.length === limit) return { entries, more: true };
      entries.push({ id: key.slice(prefix.length), ...entry });
    }
    return { entries, more: false };
  }

  /** Removes what is past its time, and what is too much. Gives how many went. */
  async prune(): Promise<number> {
    const { store, clock, days } = this.#ports;
    const oldest = keyAt(clock.now() - days * 86_400_000, 0);
    let kept = 0;
    let gone: string[] = [];
    let removed = 0;
    const remove = async () => {
      await store.commit(gone.map((key) => ({ remove: key })));
      removed += gone.length;
      gone = [];
    };
    for await (const { key } of store.scan({ prefix, order: "descending" })) {
      if (key > oldest && ++kept <= this.#max) continue;
      if (gone.push(key) >= removedAtOnceMax) await remove();
    }
    if (gone.length > 0) await remove();
    return removed;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#ended.abort();
    await this.#written();
  }

  async #written(): Promise<void> {
    while (this.#writing !== undefined) {
      this.#ended.abort();
      this.#ended = new AbortController();
      await this.#writing;
    }
  }

  async #write(): Promise<void> {
    const { store, clock, mask, failed } = this.#ports;
    await clock.sleep(gatherMs, this.#ended.signal);
    while (this.#waiting.length > 0) {
      const batch = this.#waiting;
      const dropped = this.#dropped;
      this.#waiting = [];
      this.#dropped = 0;
      try {
        await store.commit(batch.map(({ key, at, act }) => ({ put: key, value: { ...entryOf(act, at, mask) } })));
        if (dropped > 0) failed(undefined, dropped);
      } catch (thrown) {
        failed(thrown, batch.length + dropped);
      }
    }
    this.#writing = undefined;
  }

  /** In the order of the acts, also when the clock was set back. */
  #nextKey(at: number): string {
    this.#count = at > this.#lastAt ? 0 : this.#count + 1;
    this.#lastAt = Math.max(this.#lastAt, at);
    return keyAt(this.#lastAt, this.#count);
  }
}

const keyAt = (at: number, count: number): string => `${prefix}${padded(Math.max(0, Math.trunc(at)), 14)}-${padded(count, 6)}`;
const padded = (count: number, digits: number): string => String(count).padStart(digits, "0");
