import { type Fault, fault } from "@dispatch/kernel";

/** Another process works on the same file. Two writers would not corrupt it, but each would act on conversations that the other one runs. */
export const locked = (path: string, pid: number | undefined): Fault => {
  const who = pid === undefined ? "another process" : `process ${pid}`;
  const next = pid === undefined ? "Stop it" : `Stop it (kill ${pid})`;
  return fault(
    "unavailable",
    "storage-sqlite/locked",
    `${path} is in use by ${who}. ${next}, or start this one with another file in DISPATCH_DB.`,
    { data: pid === undefined ? { path } : { path, pid } },
  );
};

/** Somebody else may have opened it by another of its names, with a log and a lock that cannot be seen from here. */
export const secondName = (path: string, why: string): Fault =>
  fault(
    "invalid",
    "storage-sqlite/second-name",
    `${path} may be opened by another name too: ${why}, or set DISPATCH_DB to another file. Nothing was changed.`,
    { data: { path } },
  );

/** Written by a later version: what it means is not known here, so that nothing is read and nothing is changed. */
export const newerSchema = (path: string, found: number, known: number): Fault =>
  fault(
    "invalid",
    "storage-sqlite/newer-schema",
    `${path} was written by a newer Dispatch (schema ${found}; this one knows up to ${known}). Start that version again, or set DISPATCH_DB to another file.`,
    { data: { path, found, known } },
  );

/** Never deleted and never repaired by us: what is left in it may be all that somebody has. */
export const damaged = (path: string, cause: unknown): Fault =>
  fault(
    "unavailable",
    "storage-sqlite/damaged",
    `${path} is damaged (${reason(cause)}). Nothing was changed. Set it aside (mv '${path}' '${path}.damaged', and likewise '${path}-wal' if it is there), then ` +
      `put a backup in its place or start with an empty one; sqlite3 '${path}.damaged' .recover may save what is left.`,
    { cause, data: { path } },
  );

/** A healthy SQLite database with somebody else's tables in it. */
export const notOurs = (path: string): Fault =>
  fault("invalid", "storage-sqlite/not-ours", `${path} is the database of another program. Set DISPATCH_DB to a file of Dispatch's own.`, {
    data: { path },
  });

/** Before anything of the file was changed. */
export const noRoomToMigrate = (path: string, cause: unknown): Fault =>
  fault(
    "unavailable",
    "storage-sqlite/no-room-to-migrate",
    `${path} is of an older version and is kept beside itself before it is migrated, which failed (${reason(cause)}). Nothing was changed. ` +
      "Free as much space in its folder as the file takes, see that this user may write there, and start again; or start the version that wrote it.",
    { cause, data: { path } },
  );

export const unwritable = (path: string, cause: unknown): Fault =>
  fault(
    "denied",
    "storage-sqlite/unwritable",
    `${path} cannot be opened for writing (${reason(cause)}). Check that its folder exists, belongs to this user and is writable, or set DISPATCH_DB to another file.`,
    { cause, data: { path } },
  );

export const badBackupPath = (file: string, why: string): Fault =>
  fault(
    "invalid",
    "storage-sqlite/bad-backup-path",
    `A backup cannot be written to ${file}: ${why}. Name an absolute path on the server's machine, in a folder that is there.`,
    { data: { file } },
  );

export const backupExists = (file: string): Fault =>
  fault("conflict", "storage-sqlite/backup-exists", `${file} is there already and stays as it is. Choose another name, or force it.`, {
    data: { file },
  });

export const backupRunning = (): Fault =>
  fault("conflict", "storage-sqlite/backup-running", "A backup is being written. Wait until it is done, then ask again.");

export const backupFailed = (file: string, cause: unknown, code?: string): Fault =>
  fault(
    "unavailable",
    "storage-sqlite/backup-failed",
    `The backup ${file} was not written (${reason(cause)}). ${adviceOn(code)} Nothing is left of it, and the database is as it was.`,
    { cause, data: { file } },
  );

function adviceOn(code = ""): string {
  if (code === "SQLITE_FULL" || code.startsWith("SQLITE_IOERR")) return "Free some space there, or choose another folder.";
  if (code === "SQLITE_NOTADB" || code.startsWith("SQLITE_CORRUPT")) return "The database is damaged: run dispatch doctor.";
  return "See that the server's user may write in that folder.";
}

const reason = (cause: unknown): string => (cause instanceof Error ? cause.message : String(cause));
