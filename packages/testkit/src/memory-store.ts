import {
  encodeStoreValue,
  type Json,
  type Range,
  requireStoreKey,
  requireStoreRange,
  type Storage,
  type Store,
  sameJson,
  storeConflict,
  storeUnavailable,
  type Write,
} from "@dispatch/kernel";

/** A store's rows as JSON text, so that nobody holds an object that the store holds too. */
export type MemoryRows = Map<string, string>;

/** The reference Store: small enough to be believed without running it. */
export class MemoryStore implements Store {
  readonly #rows: MemoryRows;
  readonly #requireOpen: () => void;

  constructor(rows: MemoryRows = new Map(), requireOpen: () => void = () => {}) {
    this.#rows = rows;
    this.#requireOpen = requireOpen;
  }

  async get(key: string) {
    this.#requireOpen();
    requireStoreKey(key);
    return this.#read(key);
  }

  async *scan(range: Range) {
    this.#requireOpen();
    requireStoreRange(range);
    const { prefix, after, limit = Infinity, order = "ascending" } = range;
    const keys = [...this.#rows.keys()].filter((key) => key.startsWith(prefix)).sort();
    if (order === "descending") keys.reverse();
    const past = (key: string) => after === undefined || (order === "ascending" ? key > after : key < after);
    yield* keys
      .filter(past)
      .slice(0, limit)
      .map((key) => ({ key, value: this.#read(key) ?? null }));
  }

  async commit(writes: readonly Write[]) {
    this.#requireOpen();
    for (const write of writes) requireStoreKey(keyOf(write));
    const texts = writes.map((write) => ("put" in write ? encodeStoreValue(write.put, write.value) : undefined));
    const stale = writes.find((write) => "check" in write && !sameJson(this.#read(write.check), write.is));
    if (stale !== undefined) throw storeConflict(keyOf(stale));
    for (const [index, write] of writes.entries()) {
      if ("put" in write) this.#rows.set(write.put, texts[index] ?? "null");
      else if ("remove" in write) this.#rows.delete(write.remove);
    }
  }

  #read(key: string): Json | undefined {
    const text = this.#rows.get(key);
    return text === undefined ? undefined : (JSON.parse(text) as Json);
  }
}

/** Rows by owner. They outlive the storage that was opened over them: a second storage over the same rows is a restart. */
export type MemoryDisk = Map<string, MemoryRows>;

export class MemoryStorage implements Storage {
  readonly #disk: MemoryDisk;
  #closed = false;

  constructor(disk: MemoryDisk = new Map()) {
    this.#disk = disk;
  }

  async open(owner: string): Promise<Store> {
    this.#requireOpen();
    const rows = this.#disk.get(owner) ?? new Map<string, string>();
    this.#disk.set(owner, rows);
    return new MemoryStore(rows, () => this.#requireOpen());
  }

  async [Symbol.asyncDispose]() {
    this.#closed = true;
  }

  #requireOpen() {
    if (this.#closed) throw storeUnavailable("the storage is closed; open it again");
  }
}

const keyOf = (write: Write): string => ("put" in write ? write.put : "remove" in write ? write.remove : write.check);
