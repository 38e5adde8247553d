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

export const unwritable = (path: string, cause: unknown): Fault =>
  fault(
    "denied",
    "storage-sqlite/unwritable",
    `${path} cannot be opened for writing (${reason(cause)}). Check that its folder exists, belongs to this user and is writable, or set DISPATCH_DB to another file.`,
    { cause, data: { path } },
  );

const reason = (cause: unknown): string => (cause instanceof Error ? cause.message : String(cause));
