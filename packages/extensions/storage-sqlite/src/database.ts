import { Database } from "bun:sqlite";
import { mkdirSync, realpathSync, statSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { Fault } from "@dispatch/kernel";
import { backUpBefore } from "./backup-before.ts";
import { damaged, newerSchema, notOurs, unwritable } from "./faults.ts";
import { createPrivate } from "./lock.ts";
import { applicationId, type Migration, migrate, migrations, numberOf, schemaVersion } from "./migrations.ts";
import { requireOneName } from "./one-name.ts";
import { asStoreFault, isDamage, sqliteCode } from "./sqlite-error.ts";

/** `process`: what was committed survives the death of the process. `power`: also of the machine, at the price of an fsync a commit. */
export type Durability = "process" | "power";

/** Pages of 4 KiB that the write-ahead log gathers before a commit moves them into the file itself. Quiet moments leave it less to do. */
const walPagesMax = 4_000;
/** What a log that once grew larger is cut back to. */
const walBytesMax = 16 * 1024 * 1024;
const pageBytesMin = 512;
const cacheKiBMax = 8 * 1024;

/** The one true path of the file, whatever links lead there: its lock stands beside it. Creates missing folders for this user alone. */
export function settlePath(path: string): string {
  const wanted = resolve(path);
  try {
    mkdirSync(dirname(wanted), { recursive: true, mode: 0o700 });
    const found = statSync(wanted, { throwIfNoEntry: false });
    if (found === undefined) return join(realpathSync(dirname(wanted)), basename(wanted));
    if (!found.isFile()) throw new Error("it is not a file");
    // SQLite takes what is shorter than its smallest page for an empty database and would write over it.
    if (found.size > 0 && found.size < pageBytesMin) throw damaged(wanted, new Error("file is not a database"));
    const path = realpathSync(wanted);
    requireOneName(path, found);
    return path;
  } catch (thrown) {
    throw Fault.is(thrown) ? thrown : unwritable(wanted, thrown);
  }
}

/**
 * Opens, checks and migrates; a file that already holds something is kept beside itself before its first migration. A file that is refused is left as it
 * was. The caller holds the lock.
 */
export function openDatabase(
  path: string,
  durability: Durability,
  busyTimeoutMs: number,
  steps: readonly Migration[] = migrations,
): Database {
  let db: Database | undefined;
  try {
    if (path !== ":memory:") createPrivate(path);
    db = new Database(path, { readwrite: true, create: true, strict: true });
    db.run(`PRAGMA busy_timeout = ${Math.trunc(busyTimeoutMs)}`);
    refuseForeign(db, path, steps.at(-1)?.version ?? 0);
    if (needsBackup(db, path, steps)) backUpBefore(db, path, steps.at(-1)?.version ?? 0, numberOf(db, epochMs));
    db.run("PRAGMA journal_mode = WAL");
    db.run(`PRAGMA synchronous = ${durability === "power" ? "FULL" : "NORMAL"}`);
    db.run(`PRAGMA wal_autocheckpoint = ${walPagesMax}`);
    db.run(`PRAGMA journal_size_limit = ${walBytesMax}`);
    db.run(`PRAGMA cache_size = ${-cacheKiBMax}`);
    db.run("PRAGMA temp_store = MEMORY");
    migrate(db, steps);
    return db;
  } catch (thrown) {
    db?.close();
    throw openingFault(path, thrown);
  }
}

/** Before the first write: switching to WAL would already change the file. */
function refuseForeign(db: Database, path: string, latest: number): void {
  const tables = numberOf(db, "SELECT count(*) FROM sqlite_schema");
  if (tables > 0 && numberOf(db, "PRAGMA application_id") !== applicationId) throw notOurs(path);
  const version = schemaVersion(db);
  if (version > latest) throw newerSchema(path, version, latest);
}

const epochMs = "SELECT CAST(unixepoch('subsec') * 1000 AS INTEGER)";

/** Whoever made the schema half before it was killed has stored nothing yet. */
function needsBackup(db: Database, path: string, steps: readonly Migration[]): boolean {
  const version = schemaVersion(db);
  return path !== ":memory:" && version > 0 && steps.some((step) => step.version > version);
}

function openingFault(path: string, thrown: unknown): unknown {
  if (Fault.is(thrown)) return thrown;
  if (isDamage(thrown)) return damaged(path, thrown);
  const code = sqliteCode(thrown) ?? "";
  const refused = code.startsWith("SQLITE_CANTOPEN") || code.startsWith("SQLITE_READONLY");
  return refused || isFileError(thrown) ? unwritable(path, thrown) : asStoreFault(thrown);
}

/** Of the file system's own, as opposed to a mistake of ours. */
const isFileError = (thrown: unknown): boolean => thrown instanceof Error && "syscall" in thrown;
