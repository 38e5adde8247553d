import type { Clock, Json, Log, Store } from "@dispatch/kernel";

const storeDelayMs = 50;
/** Fresh values that are not stored yet; beyond them the oldest are forgotten, which costs their conversations a prompt made anew. */
const freshMax = 2_000;

/**
 * A store whose fresh values are known at once and stored soon, many in one commit: a turn does not wait for what can be made again. A server that
 * is killed in that moment makes it again.
 */
export class Shelf implements AsyncDisposable {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #fresh = new Map<string, Json>();
  readonly #end = new AbortController();
  #storing: Promise<void> | undefined;

  constructor(store: Store, clock: Clock, log: Log) {
    this.#store = store;
    this.#clock = clock;
    this.#log = log;
  }

  async get(key: string): Promise<Json | undefined> {
    return this.#fresh.get(key) ?? this.#store.get(key);
  }

  put(key: string, value: Json): void {
    this.#fresh.set(key, value);
    for (const oldest of this.#fresh.keys()) if (this.#fresh.size > freshMax) this.#fresh.delete(oldest);
    this.#storing ??= this.#storeSoon().finally(() => {
      this.#storing = undefined;
    });
  }

  /** Resolves when it is gone from the store too. */
  async remove(key: string): Promise<void> {
    this.#fresh.delete(key);
    await this.#store.commit([{ remove: key }]);
  }

  /** Stores what is left. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#end.abort();
    await (this.#storing ?? this.#storeAll());
  }

  async #storeSoon(): Promise<void> {
    await this.#clock.sleep(storeDelayMs, this.#end.signal);
    await this.#storeAll();
  }

  async #storeAll(): Promise<void> {
    const stored = [...this.#fresh];
    if (stored.length === 0) return;
    try {
      await this.#store.commit(stored.map(([put, value]) => ({ put, value })));
      for (const [key, value] of stored) if (this.#fresh.get(key) === value) this.#fresh.delete(key);
    } catch (thrown) {
      // They stay known, and the next one takes them along.
      this.#log.warn("prompts-not-stored", { count: stored.length, error: String(thrown) });
    }
  }
}
