import { Database } from "bun:sqlite";
import { chmodSync, copyFileSync, linkSync, mkdirSync, renameSync, rmSync, statSync } from "node:fs";
import { dirname } from "node:path";
import { ClientFault } from "../client-fault.ts";
import { databaseFault, holdDatabase, inspectDatabase, numberOf, realDatabase } from "../database-file.ts";
import { addImages } from "./add-images.ts";
import { flush } from "./flush.ts";
import { type Owner, ownerLike } from "./owner.ts";

export interface RestoreOptions {
  /** Absolute, all three. */
  readonly backup: string;
  readonly database: string;
  readonly images: string;
  readonly nowMs: number;
}

export interface Restored {
  readonly database: string;
  readonly sizeBytes: number;
  readonly entries: number;
  /** In the backup, and how many of them were not there already. */
  readonly images: number;
  readonly imagesAdded: number;
  /** Where the database is that was there; absent: there was none. */
  readonly aside?: string;
}

/**
 * Puts a backup in the place of a database that no server holds. The backup is checked before anything is changed and never written to; the database is
 * replaced in one step, so that a kill at any moment leaves the old one or the new one, whole. Images are only ever added: their names say what they hold.
 * Faults: `cli/server-runs` (conflict), `cli/damaged-backup` (invalid), those of `inspectDatabase`.
 */
export function restoreBackup({ backup, database: given, images, nowMs }: RestoreOptions): Restored {
  requireBackup(backup, given);
  mkdirSync(dirname(given), { recursive: true, mode: 0o700 });
  const database = realDatabase(given);
  using _lock = holdDatabase(database);
  const fresh = `${database}.restoring`;
  try {
    dropUnfinished(fresh);
    copyFileSync(backup, fresh);
    chmodSync(fresh, 0o600);
    const owner = ownerLike(statSync(database, { throwIfNoEntry: false }) === undefined ? dirname(database) : database);
    owner(fresh);
    owner(`${database}-lock`);
    const counts = takeImages(fresh, images, owner);
    const { entries, sizeBytes } = inspectDatabase(fresh);
    flush(fresh);
    const aside = setAside(database, nowMs);
    renameSync(fresh, database);
    for (const ending of ["", "-wal", "-shm"]) rmSync(`${dirname(database)}/search.db${ending}`, { force: true });
    flush(dirname(database));
    return { database, sizeBytes, entries, ...counts, ...(aside === undefined ? {} : { aside }) };
  } catch (thrown) {
    throw databaseFault(database, thrown);
  } finally {
    dropUnfinished(fresh);
  }
}

/** With its journal: SQLite would play what a killed restore left of one into the next copy. */
function dropUnfinished(fresh: string): void {
  for (const ending of ["-journal", ""]) rmSync(`${fresh}${ending}`, { force: true });
}

function requireBackup(backup: string, database: string): void {
  const [from, to] = [statSync(backup, { throwIfNoEntry: false }), statSync(database, { throwIfNoEntry: false })];
  if (from !== undefined && from.ino === to?.ino && from.dev === to.dev)
    throw new ClientFault("invalid", "cli/same-file", `${backup} is the database itself.`);
  const problems = problemsOf(backup);
  if (problems.length > 0)
    throw new ClientFault(
      "invalid",
      "cli/damaged-backup",
      `${backup} is damaged and was not used: ${problems.join("; ")}. Take an older backup.`,
    );
}

function problemsOf(path: string): readonly string[] {
  try {
    return inspectDatabase(path).problems;
  } catch (thrown) {
    if (thrown instanceof ClientFault && thrown.code === "cli/damaged-database") return [thrown.message];
    throw thrown;
  }
}

/** Out of the copy, which is then as the server's own was. */
function takeImages(fresh: string, images: string, owner: Owner): { readonly images: number; readonly imagesAdded: number } {
  using db = new Database(fresh, { readwrite: true, strict: true });
  // For this user alone, whatever the backup's own mode was.
  db.run("PRAGMA journal_mode = DELETE");
  if (numberOf(db, "SELECT count(*) FROM sqlite_schema WHERE name = 'backup_file'") === 0) return { images: 0, imagesAdded: 0 };
  const counts = addImages(db, images, owner);
  db.run("DROP TABLE backup_file");
  db.run("VACUUM");
  return counts;
}

/** A second name for the file, so that its own never leads nowhere; what only its log holds goes into it first. */
function setAside(database: string, nowMs: number): string | undefined {
  if (statSync(database, { throwIfNoEntry: false }) === undefined) return undefined;
  const aside = `${database}.before-restore-${nowMs}`;
  settleLog(database);
  try {
    linkSync(database, aside);
  } catch {
    // A file system without hard links.
    copyFileSync(database, aside);
  }
  // A log that could not be settled belongs to what is set aside, and would be read into what takes its place.
  if (statSync(`${database}-wal`, { throwIfNoEntry: false }) !== undefined) renameSync(`${database}-wal`, `${aside}-wal`);
  rmSync(`${database}-shm`, { force: true });
  flush(dirname(database));
  return aside;
}

/** Of what is not whole nothing is opened for writing: SQLite would throw away a log that it takes for another's. */
function settleLog(database: string): void {
  try {
    if (inspectDatabase(database).problems.length > 0) return;
    using db = new Database(database, { readwrite: true });
    db.run("PRAGMA wal_checkpoint(TRUNCATE)");
  } catch {
    // It is damaged: it is set aside as it is.
  }
}
