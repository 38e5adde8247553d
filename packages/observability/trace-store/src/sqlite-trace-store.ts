import type { Database } from "bun:sqlite";
import type { JournalRecord } from "@dispatch/journal-sink/record";
import { Bodies } from "./bodies.ts";
import { recordInserter } from "./insert-records.ts";
import { numberOf } from "./look.ts";
import { prune } from "./prune.ts";
import { readErrors, readSlow, readSpan, readTurn, readTurns } from "./read-records.ts";
import type { Inserted, Pruned, PruneLimits, RecordFilter, SegmentProgress, TraceStats, TraceStore, TurnFilter } from "./trace-store.ts";

const problemsMax = 100;

export class SqliteTraceStore implements TraceStore {
  readonly path: string;
  readonly #db: Database;
  readonly #now: () => number;
  readonly #bodies: Bodies;
  readonly #insert: (records: Iterable<JournalRecord>, progress?: SegmentProgress) => Inserted;

  constructor(db: Database, path: string, now: () => number) {
    this.path = path;
    this.#db = db;
    this.#now = now;
    this.#bodies = new Bodies(db);
    const insert = recordInserter(db, this.#bodies);
    const land = db.transaction((records: Iterable<JournalRecord>, progress?: SegmentProgress) => {
      const inserted = insert(records);
      if (progress !== undefined) this.#remember(progress);
      return inserted;
    });
    this.#insert = land.immediate;
  }

  insert(records: Iterable<JournalRecord>, progress?: SegmentProgress): Inserted {
    return this.#insert(records, progress);
  }

  #remember({ journal, inode, generation, offset }: SegmentProgress): void {
    this.#db
      .query(`INSERT OR REPLACE INTO progress (journal, inode, generation, "offset") VALUES (?, ?, ?, ?)`)
      .run(journal, inode, generation, offset);
  }

  progress(journal: string): readonly SegmentProgress[] {
    return this.#db.query<SegmentProgress, [string]>("SELECT * FROM progress WHERE journal = ?").all(journal);
  }

  forget(journal: string, inodes: readonly string[]): void {
    const forget = this.#db.query("DELETE FROM progress WHERE journal = ? AND inode = ?");
    for (const inode of inodes) forget.run(journal, inode);
  }

  turn(turnId: string) {
    return readTurn(this.#db, turnId);
  }

  turns(filter: TurnFilter) {
    return readTurns(this.#db, filter);
  }

  slow(filter: RecordFilter) {
    return readSlow(this.#db, filter);
  }

  errors(filter: RecordFilter) {
    return readErrors(this.#db, filter);
  }

  span(spanId: string) {
    return readSpan(this.#db, spanId);
  }

  body(recordId: string): string | undefined {
    const row = this.#db.query<{ bodyHash: string | null }, [string]>("SELECT bodyHash FROM records WHERE id = ?").get(recordId);
    return row === null || row.bodyHash === null ? undefined : this.#bodies.text(row.bodyHash);
  }

  bodyByHash(hash: string): string | undefined {
    return this.#bodies.text(hash);
  }

  prune(limits: PruneLimits): Pruned {
    return prune(this.#db, this.#now(), limits);
  }

  check(): readonly string[] {
    const found = this.#db.query<{ integrity_check: string }, []>(`PRAGMA integrity_check(${problemsMax})`).all();
    const damage = found.flatMap(({ integrity_check: text }) => (text === "ok" ? [] : [text]));
    const orphans = numberOf(this.#db, "SELECT count(*) FROM bodies WHERE NOT EXISTS (SELECT 1 FROM records WHERE bodyHash = hash)");
    return orphans === 0 ? damage : [...damage, `${orphans} bodies belong to no record`];
  }

  stats(): TraceStats {
    return {
      records: numberOf(this.#db, "SELECT count(*) FROM records"),
      bodies: numberOf(this.#db, "SELECT count(*) FROM bodies"),
      bytes: numberOf(this.#db, "SELECT coalesce(sum(storedSize), 0) FROM bodies"),
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#db.close();
  }
}
