import { Database } from "bun:sqlite";
import { closeSync, openSync, readFileSync, renameSync, rmSync } from "node:fs";
import { uptime } from "node:os";
import { Fault } from "@dispatch/kernel";
import { noIndex, notOurs } from "./faults.ts";

/** "DSPS": tells our files from those of other programs. */
const applicationId = 0x44535053;
/** Raised with every change of the tables, of how words are told apart, or of what is indexed: an index of any other version is made anew. */
const schemaVersion = 1;
/** What one commit moves from the write-ahead log into the file: a few pages often instead of many at once. */
const walPagesMax = 100;
const cacheKiBMax = 4 * 1024;

const tables = [
  `CREATE TABLE conversation (
    n INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    title TEXT NOT NULL,
    workspace TEXT NOT NULL,
    status TEXT NOT NULL,
    active_at INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    anchor TEXT NOT NULL,
    whole_at INTEGER
  ) STRICT`,
  "CREATE TABLE passage (id INTEGER PRIMARY KEY, text TEXT NOT NULL) STRICT",
  // Apart from the text, so that a look at thousands of places touches few pages.
  `CREATE TABLE place (
    id INTEGER PRIMARY KEY,
    conversation INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    kind TEXT NOT NULL,
    role TEXT NOT NULL,
    message TEXT NOT NULL
  ) STRICT`,
  "CREATE INDEX place_of ON place (conversation, seq)",
  `CREATE VIRTUAL TABLE word USING fts5 (text, content = 'passage', content_rowid = 'id', tokenize = "unicode61 remove_diacritics 2")`,
  "CREATE TABLE opened (machine TEXT NOT NULL) STRICT",
  // Merging is done by hand, a little with each commit: left to itself it would stop everything for tens of milliseconds now and then.
  "INSERT INTO word (word, rank) VALUES ('automerge', 0)",
  "INSERT INTO word (word, rank) VALUES ('crisismerge', 1999)",
];

/**
 * Opens the index, or makes an empty one in place of what is missing, damaged, of another version, or was open when the machine went down: nothing in
 * it is synced to the disk. One process at a time. Faults: `search/not-ours`, `search/no-index` (unavailable).
 */
export function openIndexFile(path: string, nowMs: number): Database {
  const machine = machineStart(nowMs);
  try {
    return openSound(path, machine) ?? openSound(path, machine) ?? refuse("a fresh file is not taken");
  } catch (thrown) {
    throw Fault.is(thrown) ? thrown : noIndex(path, thrown);
  }
}

/** Notes that all is on the disk, so that the next start may trust it. */
export function closeIndexFile(db: Database): void {
  try {
    db.run("DELETE FROM opened");
    db.run("PRAGMA synchronous = FULL");
    db.run("PRAGMA wal_checkpoint(TRUNCATE)");
  } catch {
    // What could not be noted is found out, and made anew, at the next start.
  }
  db.close();
}

export function isDamage(thrown: unknown): boolean {
  const code = thrown instanceof Error && "code" in thrown ? String(thrown.code) : "";
  return code === "SQLITE_NOTADB" || code.startsWith("SQLITE_CORRUPT");
}

/** `undefined`: what was there is out of the way, and the next attempt finds nothing. */
function openSound(path: string, machine: string): Database | undefined {
  // It holds what the log holds, so it is for this user alone; what SQLite puts beside it gets the same mode.
  if (path !== ":memory:") closeSync(openSync(path, "a", 0o600));
  const db = new Database(path, { create: true, readwrite: true, strict: true });
  try {
    if (tryToOpen(db, path, machine)) return db;
  } catch (thrown) {
    db.close();
    if (!isDamage(thrown)) throw thrown;
    // Who knows what it was: kept, beside the new one.
    renameSync(path, `${path}.damaged`);
    discard(path);
    return undefined;
  }
  db.close();
  discard(path);
  return undefined;
}

function tryToOpen(db: Database, path: string, machine: string): boolean {
  const empty = numberOf(db, "SELECT count(*) FROM sqlite_schema") === 0;
  if (!empty && numberOf(db, "PRAGMA application_id") !== applicationId) throw notOurs(path);
  if (!empty && numberOf(db, "PRAGMA user_version") !== schemaVersion) return false;
  db.run("PRAGMA locking_mode = EXCLUSIVE");
  db.run("PRAGMA journal_mode = WAL");
  db.run(`PRAGMA wal_autocheckpoint = ${walPagesMax}`);
  db.run(`PRAGMA cache_size = ${-cacheKiBMax}`);
  db.run("PRAGMA temp_store = MEMORY");
  if (empty) create(db);
  const wasOpen = db.query<{ machine: string }, []>("SELECT machine FROM opened").get()?.machine;
  if (wasOpen !== undefined && wasOpen !== machine) return false;
  db.run("PRAGMA synchronous = FULL");
  if (wasOpen === undefined) db.query("INSERT INTO opened VALUES (?)").run(machine);
  db.run("PRAGMA synchronous = OFF");
  return true;
}

function create(db: Database): void {
  const make = db.transaction(() => {
    db.run(`PRAGMA application_id = ${applicationId}`);
    for (const table of tables) db.run(table);
    db.run(`PRAGMA user_version = ${schemaVersion}`);
  });
  make.immediate();
}

/** Takes the index away; the caller has closed it. */
export function discard(path: string): void {
  for (const file of [path, `${path}-wal`, `${path}-shm`]) rmSync(file, { force: true });
}

/** The same as long as the machine has not gone down. */
function machineStart(nowMs: number): string {
  try {
    return readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
  } catch {
    return String(Math.round((nowMs - uptime() * 1_000) / 600_000));
  }
}

function numberOf(db: Database, sql: string): number {
  return Number(db.query<unknown, []>(sql).values()[0]?.[0]);
}

function refuse(why: string): never {
  throw new Error(why);
}
