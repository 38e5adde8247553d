import type { Database, SQLQueryBindings } from "bun:sqlite";
import type { Pruned, PruneLimits } from "./trace-store.ts";

/** So few that a reader or the next insert waits for none of them. */
const sliceRowsMax = 2_000;
const freePagesMax = 500;
/** Without bodies a week of records is bounded by nothing else. */
const recordsMaxByDefault = 5_000_000;

/** What is too old goes first, then what is too much, the oldest first; each slice is a transaction of its own. */
export function prune(db: Database, now: number, limits: PruneLimits): Pruned {
  const { ageMs, bodyBytesMax, recordsMax = recordsMaxByDefault, rowsMax = Number.POSITIVE_INFINITY } = limits;
  const slices = [
    () => removeRecords(db, "timestamp < ? ORDER BY timestamp", now - ageMs),
    () => removeRecords(db, "rowid <= (SELECT max(rowid) FROM records) - ? ORDER BY rowid", recordsMax),
    () => evictBodies(db, bodyBytesMax),
  ];
  let removed = 0;
  for (const slice of slices)
    for (let rows = slice(); rows > 0; rows = slice()) {
      removed += rows;
      if (removed >= rowsMax) return { removed, done: false };
    }
  giveBack(db);
  return { removed, done: true };
}

/** Records that match, and every body that nothing refers to any more. */
function removeRecords(db: Database, which: string, limit: number): number {
  const remove = db.transaction(() => {
    const rows = db
      .query<{ rowid: number; bodyHash: string | null }, [number]>(
        `SELECT rowid, bodyHash FROM records WHERE ${which} LIMIT ${sliceRowsMax}`,
      )
      .all(limit);
    const forget = db.query("DELETE FROM records WHERE rowid = ?");
    for (const { rowid } of rows) forget.run(rowid);
    return rows.length + removeOrphans(db, [...new Set(rows.flatMap(({ bodyHash }) => bodyHash ?? []))]);
  });
  return remove.immediate();
}

function removeOrphans(db: Database, hashes: readonly string[]): number {
  const orphan = db.query("DELETE FROM bodies WHERE hash = ? AND NOT EXISTS (SELECT 1 FROM records WHERE bodyHash = ?)");
  return forgetMasked(
    db,
    hashes.filter((hash) => orphan.run(hash, hash).changes > 0),
  );
}

/** Bodies beyond the limit, those first that no record has had for the longest time. Their records stay, and say that there was a body. */
function evictBodies(db: Database, bytesMax: number): number {
  const evict = db.transaction(() => {
    let surplus =
      Number(db.query<{ bytes: number }, []>("SELECT coalesce(sum(storedSize), 0) AS bytes FROM bodies").get()?.bytes) - bytesMax;
    if (surplus <= 0) return 0;
    const oldest = db
      .query<{ hash: string; storedSize: number }, []>(`SELECT hash, storedSize FROM bodies ORDER BY lastUsed LIMIT ${sliceRowsMax}`)
      .all();
    const remove = db.query("DELETE FROM bodies WHERE hash = ?");
    const gone: string[] = [];
    for (const { hash, storedSize } of oldest) {
      if (surplus <= 0) break;
      remove.run(hash);
      gone.push(hash);
      surplus -= storedSize;
    }
    return forgetMasked(db, gone);
  });
  return evict.immediate();
}

function forgetMasked(db: Database, gone: readonly string[]): number {
  const forget = db.query<unknown, SQLQueryBindings[]>("DELETE FROM masked WHERE bodyHash = ?");
  for (const hash of gone) forget.run(hash);
  return gone.length;
}

/** Free pages go back to the disk a little at a time: what is not given back now is the next time. */
function giveBack(db: Database): void {
  db.query(`PRAGMA incremental_vacuum(${freePagesMax})`).all();
}
