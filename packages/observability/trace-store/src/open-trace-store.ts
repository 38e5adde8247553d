import { Database } from "bun:sqlite";
import { closeSync, existsSync, mkdirSync, openSync, readdirSync, renameSync, rmSync, statSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { numberOf } from "./look.ts";
import { applicationId, migrate, schemaVersion } from "./schema.ts";
import { isDamage, TraceStoreError } from "./sqlite-error.ts";
import { SqliteTraceStore } from "./sqlite-trace-store.ts";
import type { TraceStore } from "./trace-store.ts";

export interface TraceStoreOptions {
  /** For looking at what another process writes: nothing is created, changed or set aside. */
  readonly readonly?: boolean;
  /** Reads all of the file first, so that damage is found wherever it is. */
  readonly verify?: boolean;
  /** Told, in a sentence, when a damaged file was set aside. */
  readonly complain?: (text: string) => void;
  /** Epoch milliseconds. */
  readonly now?: () => number;
}

/** For how long one process waits for another's transaction. */
const busyTimeoutMs = 5_000;
const cacheKiBMax = 32 * 1024;
/** Of a new file. A record is a third of a kilobyte and lands in four trees: larger pages are fewer to write. */
const pageBytes = 16 * 1024;
/** Pages that the write-ahead log gathers before they move into the file: the more, the fewer are written twice. */
const walPagesMax = 3_000;
const walBytesMax = 64 * 1024 * 1024;
const pageBytesMin = 512;
const setAsideMax = 3;

/**
 * A file that is no sound database is set aside as `<path>.damaged-<epochMs>`, and an empty one begun: traces are worth less than a collector that
 * runs. Throws a `TraceStoreError` for a file of another program or of a newer Dispatch, which is left as it is, and, when only reading, for one that
 * is missing or damaged.
 */
export async function openTraceStore(path: string, options: TraceStoreOptions = {}): Promise<TraceStore> {
  const { readonly = false, verify = false, complain = () => {}, now = Date.now } = options;
  const file = resolve(path);
  if (readonly) return new SqliteTraceStore(openToRead(file), file, now);
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  try {
    return new SqliteTraceStore(openToWrite(file, verify), file, now);
  } catch (thrown) {
    if (!isDamage(thrown)) throw thrown;
    const aside = setAside(file, now());
    complain(`The trace database ${file} is damaged (${reason(thrown)}). It was set aside as ${aside}; a new one begins.`);
    return new SqliteTraceStore(openToWrite(file, false), file, now);
  }
}

function openToRead(path: string): Database {
  if (!existsSync(path))
    throw new TraceStoreError(
      "trace-store/missing",
      `There is no trace database at ${path}. Run a turn first, or name another with DISPATCH_TRACE_DB.`,
    );
  const db = tryOpen(path, () => {
    refuseShort(path);
    return new Database(path, { readonly: true, strict: true });
  });
  try {
    db.run(`PRAGMA busy_timeout = ${busyTimeoutMs}`);
    refuseForeign(db, path);
    if (numberOf(db, "PRAGMA user_version") < schemaVersion)
      throw new TraceStoreError(
        "trace-store/older-schema",
        `${path} was written by an older Dispatch. Start the server once: its collector brings the file up to date.`,
      );
    return db;
  } catch (thrown) {
    db.close();
    throw asTold(path, thrown);
  }
}

function tryOpen(path: string, open: () => Database): Database {
  try {
    return open();
  } catch (thrown) {
    throw asTold(path, thrown);
  }
}

function asTold(path: string, thrown: unknown): unknown {
  if (thrown instanceof TraceStoreError || !isDamage(thrown)) return thrown;
  const message = `The trace database ${path} is damaged (${reason(thrown)}). The server's collector sets it aside when it starts.`;
  return new TraceStoreError("trace-store/damaged", message, { cause: thrown });
}

function openToWrite(path: string, verify: boolean): Database {
  refuseShort(path);
  // Traces hold what was said: they are for this user alone, and what SQLite puts beside the file gets the same mode.
  closeSync(openSync(path, "a", 0o600));
  const db = new Database(path, { readwrite: true, create: true, strict: true });
  try {
    db.run(`PRAGMA busy_timeout = ${busyTimeoutMs}`);
    refuseForeign(db, path);
    if (verify) refuseUnsound(db);
    // Says how a new file is laid out, so it comes before everything that writes.
    if (numberOf(db, "SELECT count(*) FROM sqlite_schema") === 0) {
      db.run(`PRAGMA page_size = ${pageBytes}`);
      db.run("PRAGMA auto_vacuum = INCREMENTAL");
    }
    db.run("PRAGMA journal_mode = WAL");
    db.run("PRAGMA synchronous = NORMAL");
    db.run(`PRAGMA wal_autocheckpoint = ${walPagesMax}`);
    db.run(`PRAGMA journal_size_limit = ${walBytesMax}`);
    db.run(`PRAGMA cache_size = ${-cacheKiBMax}`);
    db.run("PRAGMA temp_store = MEMORY");
    migrate(db);
    return db;
  } catch (thrown) {
    db.close();
    throw thrown;
  }
}

/** SQLite takes what is shorter than its smallest page for an empty database and would write over it. */
function refuseShort(path: string): void {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found?.isFile() === true && found.size > 0 && found.size < pageBytesMin) throw unsound("file is not a database");
}

/** Files of older versions have no mark, but a table of records. */
function refuseForeign(db: Database, path: string): void {
  const tables = numberOf(db, "SELECT count(*) FROM sqlite_schema WHERE type = 'table'");
  const ours = numberOf(db, "SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name IN ('records', 'bodies')");
  const mark = numberOf(db, "PRAGMA application_id");
  if (tables > 0 && mark !== applicationId && (mark !== 0 || ours < 2))
    throw new TraceStoreError(
      "trace-store/not-ours",
      `${path} is the database of another program. Name a file of its own with DISPATCH_TRACE_DB.`,
    );
  const version = numberOf(db, "PRAGMA user_version");
  if (mark === applicationId && version > schemaVersion)
    throw new TraceStoreError(
      "trace-store/newer-schema",
      `${path} was written by a newer Dispatch (schema ${version}; this one knows up to ${schemaVersion}). Start that version, or set DISPATCH_TRACE_DB to another file.`,
    );
}

function refuseUnsound(db: Database): void {
  const [first] = db.query<{ integrity_check: string }, []>("PRAGMA integrity_check(1)").all();
  if (first !== undefined && first.integrity_check !== "ok") throw unsound(first.integrity_check);
}

const unsound = (why: string) => new TraceStoreError("trace-store/damaged", why);

function setAside(path: string, nowMs: number): string {
  const aside = `${path}.damaged-${Math.trunc(nowMs)}`;
  for (const suffix of ["-wal", "-shm"]) if (existsSync(path + suffix)) renameSync(path + suffix, aside + suffix);
  renameSync(path, aside);
  const names = readdirSync(dirname(path)).filter((name) => /\.damaged-\d+$/.test(name) && name.startsWith(`${basename(path)}.`));
  for (const name of names.sort().slice(0, -setAsideMax))
    for (const suffix of ["", "-wal", "-shm"]) rmSync(join(dirname(path), name + suffix), { force: true });
  return aside;
}

const reason = (thrown: unknown): string => (thrown instanceof Error ? thrown.message : String(thrown));
