import type { Database } from "bun:sqlite";
import { type Storage, type Store, storeUnavailable } from "@dispatch/kernel";
import { CommitCount } from "./commit-count.ts";
import { type Durability, openDatabase, settlePath } from "./database.ts";
import { lockFor } from "./lock.ts";
import { schemaVersion } from "./migrations.ts";
import { asStoreFault } from "./sqlite-error.ts";
import { prepareStatements, SqliteStore, type Statements } from "./sqlite-store.ts";

export interface SqliteStorageOptions {
  /** The database file; `:memory:` for one that nobody else sees and that ends with the process. */
  readonly path: string;
  readonly durability: Durability;
  /** How long a commit waits for another program, such as a backup; the process stands still meanwhile. */
  readonly busyTimeoutMs?: number;
}

export interface SqliteStorage extends Storage {
  /** Absolute, links resolved. */
  readonly path: string;
  readonly durability: Durability;
  readonly schemaVersion: number;
  readonly commits: Pick<CommitCount, "count" | "next">;
  /** Moves what it can of the log into the file. Waits for nobody, and what fails is left to a later one. */
  checkpoint(): void;
}

/**
 * Opens, locks and migrates one database file; missing folders are created for this user alone.
 * Faults: `storage-sqlite/locked`, `storage-sqlite/newer-schema`, `storage-sqlite/not-ours`, `storage-sqlite/damaged`,
 * `storage-sqlite/unwritable`; `store/unavailable` on a disk that is full or fails. A file that is refused is left as it was.
 */
export async function openSqliteStorage({ path, durability, busyTimeoutMs = 5_000 }: SqliteStorageOptions): Promise<SqliteStorage> {
  if (path === ":memory:") return new OpenStorage(openDatabase(path, durability, busyTimeoutMs), path, durability);
  const file = settlePath(path);
  const lock = lockFor(file);
  try {
    return new OpenStorage(openDatabase(file, durability, busyTimeoutMs), file, durability, lock);
  } catch (thrown) {
    lock[Symbol.dispose]();
    throw thrown;
  }
}

class OpenStorage implements SqliteStorage {
  readonly path: string;
  readonly durability: Durability;
  readonly schemaVersion: number;
  readonly commits: CommitCount = new CommitCount();
  readonly #db: Database;
  readonly #lock: Disposable | undefined;
  readonly #statements: Statements;
  #closed = false;

  constructor(db: Database, path: string, durability: Durability, lock?: Disposable) {
    this.path = path;
    this.durability = durability;
    this.schemaVersion = schemaVersion(db);
    this.#db = db;
    this.#lock = lock;
    this.#statements = prepareStatements(db);
  }

  async open(owner: string): Promise<Store> {
    this.#requireOpen();
    const requireOpen = () => this.#requireOpen();
    return new SqliteStore(this.#db, this.#statements, this.#ownerId(owner), { commits: this.commits, requireOpen });
  }

  checkpoint(): void {
    if (this.#closed) return;
    try {
      this.#db.run("PRAGMA wal_checkpoint(PASSIVE)");
    } catch {
      // The log stays as it is; a commit that finds no room says so.
    }
  }

  /** Moves the log into the file, so that a copy of the one file is whole; waits for nobody who reads it. The lock goes last. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    try {
      this.#db.run("PRAGMA busy_timeout = 0");
      this.#db.run("PRAGMA wal_checkpoint(TRUNCATE)");
    } catch {
      // A log that stays is read at the next start; a full disk must not keep the process from ending.
    }
    for (const statement of Object.values(this.#statements)) statement.finalize();
    this.#db.close();
    this.#lock?.[Symbol.dispose]();
  }

  #ownerId(owner: string): number {
    try {
      const find = this.#db.query<{ id: number }, [string]>("SELECT id FROM owner WHERE name = ?");
      const found =
        find.get(owner) ?? this.#db.query<{ id: number }, [string]>("INSERT INTO owner (name) VALUES (?) RETURNING id").get(owner);
      if (found === null) throw new Error(`SQLite gave no id for the owner ${owner}`);
      return found.id;
    } catch (thrown) {
      throw asStoreFault(thrown);
    }
  }

  #requireOpen(): void {
    if (this.#closed) throw storeUnavailable("the storage is closed: start the server again");
  }
}
