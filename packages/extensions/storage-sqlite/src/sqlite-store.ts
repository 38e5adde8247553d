import type { Database } from "bun:sqlite";
import {
  encodeStoreValue,
  type Json,
  type Range,
  requireStoreKey,
  requireStoreRange,
  type Store,
  sameJson,
  storeConflict,
  type Write,
} from "@dispatch/kernel";
import type { CommitCount } from "./commit-count.ts";
import { asStoreFault, damagedValue, isWriteFailure } from "./sqlite-error.ts";

/** What one page of a scan holds at most; a page is read in one go and the next may see later commits. */
const pageRowsMax = 500;
const pageCharactersMax = 4 * 1024 * 1024;

/** Every statement that a store runs, prepared once a database and shared by its owners. */
export type Statements = ReturnType<typeof prepareStatements>;

export function prepareStatements(db: Database) {
  const page = (order: "ASC" | "DESC") =>
    db.prepare<{ key: string; value: string }, [number, string, string, number]>(
      `SELECT key, value FROM entry WHERE owner = ? AND key >= ? AND key < ? ORDER BY key ${order} LIMIT ?`,
    );
  const get = db.prepare<{ value: string }, [number, string]>("SELECT value FROM entry WHERE owner = ? AND key = ?");
  const put = db.prepare<unknown, [number, string, string]>(
    "INSERT INTO entry (owner, key, value) VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET value = excluded.value",
  );
  const remove = db.prepare<unknown, [number, string]>("DELETE FROM entry WHERE owner = ? AND key = ?");
  return { get, put, remove, ascending: page("ASC"), descending: page("DESC") };
}

export interface StoreSurroundings {
  readonly commits: CommitCount;
  requireOpen(): void;
}

export class SqliteStore implements Store {
  readonly #db: Database;
  readonly #owner: number;
  readonly #statements: Statements;
  readonly #requireOpen: () => void;
  readonly #commits: CommitCount;
  readonly #apply: (writes: readonly Write[]) => void;

  constructor(db: Database, statements: Statements, owner: number, { requireOpen, commits }: StoreSurroundings) {
    this.#db = db;
    this.#owner = owner;
    this.#statements = statements;
    this.#requireOpen = requireOpen;
    this.#commits = commits;
    this.#apply = db.transaction((writes: readonly Write[]) => this.#write(writes)).immediate;
  }

  async get(key: string): Promise<Json | undefined> {
    requireStoreKey(key);
    return this.#guard(() => this.#read(key));
  }

  async *scan(range: Range) {
    requireStoreRange(range);
    let bounds = boundsOf(range);
    let left = range.limit ?? Infinity;
    while (left > 0) {
      const page = this.#guard(() => this.#page(bounds, Math.min(left, pageRowsMax)));
      for (const { key, value } of page.rows) yield { key, value: storedValue(key, value) };
      const last = page.rows.at(-1);
      if (last === undefined || !page.more) return;
      left -= page.rows.length;
      bounds = boundsOf({ ...range, after: last.key });
    }
  }

  async commit(writes: readonly Write[]): Promise<void> {
    for (const write of writes) requireStoreKey("put" in write ? write.put : "remove" in write ? write.remove : write.check);
    if (writes.length === 0) return this.#requireOpen();
    this.#guard(() => {
      try {
        this.#apply(writes);
        this.#commits.add();
      } catch (thrown) {
        if (isWriteFailure(thrown)) this.#makeRoom();
        throw thrown;
      }
    });
  }

  /** What the log holds twice takes its room once in the file, so that the next commit may find some. */
  #makeRoom(): void {
    try {
      this.#db.run("PRAGMA wal_checkpoint(TRUNCATE)");
    } catch {
      // The disk is as full as it was; the commit's own failure is what its caller must hear.
    }
  }

  /** Within a transaction. A check sees the state before the commit, so that all of them stand before the first write. */
  #write(writes: readonly Write[]): void {
    for (const write of writes) {
      if ("check" in write && !sameJson(this.#read(write.check), write.is)) throw storeConflict(write.check);
    }
    for (const write of writes) {
      if ("put" in write) this.#statements.put.run(this.#owner, write.put, encodeStoreValue(write.put, write.value));
      else if ("remove" in write) this.#statements.remove.run(this.#owner, write.remove);
    }
  }

  #read(key: string): Json | undefined {
    const row = this.#statements.get.get(this.#owner, key);
    return row === null ? undefined : storedValue(key, row.value);
  }

  /** Leaves no statement open behind it: a commit may come before the next page. */
  #page({ low, high, order }: Bounds, limit: number) {
    const rows: { key: string; value: string }[] = [];
    let characters = 0;
    for (const row of this.#statements[order].iterate(this.#owner, low, high, limit)) {
      rows.push(row);
      characters += row.value.length;
      if (characters >= pageCharactersMax) return { rows, more: true };
    }
    return { rows, more: rows.length === limit };
  }

  #guard<T>(work: () => T): T {
    this.#requireOpen();
    try {
      return work();
    } catch (thrown) {
      throw asStoreFault(thrown);
    }
  }
}

/** What was stored is JSON: SQLite may hand out a damaged page without noticing. */
function storedValue(key: string, text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch (thrown) {
    throw damagedValue(key, thrown);
  }
}

interface Bounds {
  /** Inclusive. */
  readonly low: string;
  /** Exclusive. */
  readonly high: string;
  readonly order: "ascending" | "descending";
}

/** Keys are printable ASCII: what begins with `p` lies in [p, p + DEL), and what comes after `k` begins at k + U+0001. */
function boundsOf({ prefix, after, order = "ascending" }: Range): Bounds {
  const end = `${prefix}\x7f`;
  if (after === undefined) return { low: prefix, high: end, order };
  if (order === "descending") return { low: prefix, high: after < end ? after : end, order };
  const start = `${after}\x01`;
  return { low: start > prefix ? start : prefix, high: end, order };
}
