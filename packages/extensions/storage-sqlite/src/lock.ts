import { Database } from "bun:sqlite";
import { closeSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { locked, unwritable } from "./faults.ts";
import { sqliteCode } from "./sqlite-error.ts";

/**
 * Holds `<path>-lock` for this process alone. The lock is the operating system's and dies with its holder, so that nothing is stale after
 * SIGKILL; `<path>-pid` beside it only names the holder to people.
 * Faults: `storage-sqlite/locked`, `storage-sqlite/unwritable`.
 */
export function lockFor(path: string): Disposable {
  const db = openLock(path);
  // The lock is ours, so that whatever the file says is stale. On a full disk it stays unsaid: that must not keep the stored data from being read.
  attempt(() => writeFileSync(`${path}-pid`, `${process.pid}\n`, { mode: 0o600 }));
  return {
    [Symbol.dispose]() {
      attempt(() => rmSync(`${path}-pid`, { force: true }));
      db.close();
    },
  };
}

/** The file stays when the lock is given back: to remove it is to race with the next holder. */
function openLock(path: string): Database {
  let db: Database | undefined;
  try {
    createPrivate(`${path}-lock`);
    db = new Database(`${path}-lock`, { readwrite: true });
    db.run("PRAGMA busy_timeout = 0");
    db.run("PRAGMA journal_mode = MEMORY"); // nothing is ever written, so that no journal needs to stand beside it
    db.run("BEGIN EXCLUSIVE");
    return db;
  } catch (thrown) {
    db?.close();
    if (sqliteCode(thrown)?.startsWith("SQLITE_BUSY")) throw locked(path, readPid(path));
    throw unwritable(`${path}-lock`, thrown);
  }
}

/**
 * Never opens a file that is there already: closing any descriptor of a file drops all locks that this process holds on it (POSIX), and
 * SQLite's locks are of that kind.
 */
export function createPrivate(path: string): void {
  try {
    closeSync(openSync(path, "wx", 0o600));
  } catch (thrown) {
    if ((thrown as { code?: unknown }).code !== "EEXIST") throw thrown;
  }
}

function readPid(path: string): number | undefined {
  const pid = Number(attempt(() => readFileSync(`${path}-pid`, "utf8")));
  return Number.isInteger(pid) && pid > 0 ? pid : undefined;
}

function attempt<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch {
    return undefined;
  }
}
