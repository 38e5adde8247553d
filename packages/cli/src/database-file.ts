import { constants, Database } from "bun:sqlite";
import { closeSync, existsSync, openSync, readFileSync, realpathSync, statSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { ClientFault } from "./client-fault.ts";

/** "DSPC": what the server marks its files with. */
const applicationId = 0x44535043;

export interface InspectedDatabase {
  readonly sizeBytes: number;
  readonly schemaVersion: number;
  /** Rows of the server's table. */
  readonly entries: number;
  /** What `integrity_check` says; none: it is whole. */
  readonly problems: readonly string[];
}

/**
 * Reads a server's database from outside, whether the server runs or not, and changes nothing. Faults: `cli/no-database` (missing), `cli/not-a-database`
 * (invalid) for what is none of Dispatch's, `cli/damaged-database` (unavailable) for what cannot be read, `cli/no-access` (denied).
 */
export function inspectDatabase(given: string): InspectedDatabase {
  const path = realDatabase(given);
  const found = statSync(path, { throwIfNoEntry: false });
  if (found === undefined) throw new ClientFault("missing", "cli/no-database", `There is no database ${path}.`);
  if (!found.isFile()) throw new ClientFault("invalid", "cli/not-a-database", `${path} is no file.`);
  try {
    using db = openReading(path);
    db.run("PRAGMA busy_timeout = 5000");
    if (numberOf(db, "PRAGMA application_id") !== applicationId)
      throw new ClientFault("invalid", "cli/not-a-database", `${path} is no database of Dispatch.`);
    const said = db.query<unknown, []>("PRAGMA integrity_check(5)").values().flat().map(String);
    return {
      sizeBytes: found.size + (statSync(`${path}-wal`, { throwIfNoEntry: false })?.size ?? 0),
      schemaVersion: numberOf(db, "PRAGMA user_version"),
      entries: numberOf(db, "SELECT count(*) FROM entry"),
      problems: said.join() === "ok" ? [] : said,
    };
  } catch (thrown) {
    throw databaseFault(path, thrown);
  }
}

/** The one true path of a file that may not be there, whatever links lead to it: its log and its lock stand beside it. */
export function realDatabase(path: string): string {
  try {
    return existsSync(path) ? realpathSync(path) : join(realpathSync(dirname(path)), basename(path));
  } catch {
    return path;
  }
}

/** A clean file is opened as one that nobody changes: no other file is made beside it. With a log beside it, the log is read too. */
function openReading(path: string): Database {
  if (existsSync(`${path}-wal`)) return new Database(path, { readonly: true });
  const uri = `file:${encodeURI(path).replaceAll("?", "%3f").replaceAll("#", "%23")}?immutable=1`;
  return new Database(uri, constants.SQLITE_OPEN_READONLY | constants.SQLITE_OPEN_URI);
}

/**
 * Holds what a server holds while it runs; ends with the process at the latest. Faults: `cli/server-runs` (conflict), `cli/no-access` (denied).
 */
export function holdDatabase(path: string): Disposable {
  const lock = `${path}-lock`;
  let db: Database | undefined;
  try {
    // Never opens what is there: to close it again would drop locks that this process holds.
    if (!existsSync(lock)) closeSync(openSync(lock, "wx", 0o600));
    const held = new Database(lock, { readwrite: true });
    db = held;
    held.run("PRAGMA busy_timeout = 0");
    held.run("PRAGMA journal_mode = MEMORY");
    held.run("BEGIN EXCLUSIVE");
    return { [Symbol.dispose]: () => held.close() };
  } catch (thrown) {
    db?.close();
    if (!codeOf(thrown).startsWith("SQLITE_BUSY")) throw databaseFault(lock, thrown);
    const pid = pidOf(path);
    throw new ClientFault(
      "conflict",
      "cli/server-runs",
      `A server works with ${path}${pid === undefined ? "" : ` (process ${pid})`}. Stop it first, for example with ${pid === undefined ? "systemctl stop dispatch" : `kill ${pid}`}.`,
    );
  }
}

export function numberOf(db: Database, sql: string): number {
  return Number(db.query<unknown, []>(sql).values()[0]?.[0]);
}

export function databaseFault(path: string, thrown: unknown): unknown {
  if (thrown instanceof ClientFault) return thrown;
  const code = codeOf(thrown);
  const why = thrown instanceof Error ? thrown.message : String(thrown);
  if (code === "SQLITE_NOTADB") return new ClientFault("invalid", "cli/not-a-database", `${path} is no database of Dispatch (${why}).`);
  if (code.startsWith("SQLITE_CANTOPEN") || /^E(?:ACCES|PERM|ROFS)$/.test(code))
    return new ClientFault("denied", "cli/no-access", `${path} may not be opened (${why}). Run this as the server's user.`);
  if (code.startsWith("SQLITE_FULL") || code === "ENOSPC")
    return new ClientFault("unavailable", "cli/disk-full", `There is no room for ${path}. Free some space and try again.`);
  return new ClientFault(
    "unavailable",
    "cli/damaged-database",
    `${path} cannot be read (${why}). A backup may replace it: dispatch restore <file>.`,
  );
}

function pidOf(path: string): number | undefined {
  try {
    const pid = Number(readFileSync(`${path}-pid`, "utf8"));
    return Number.isInteger(pid) && pid > 0 ? pid : undefined;
  } catch {
    return undefined;
  }
}

const codeOf = (thrown: unknown): string => (thrown instanceof Error && "code" in thrown ? String(thrown.code) : "");
