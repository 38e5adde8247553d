import { Fault, storeUnavailable } from "@dispatch/kernel";

/** SQLite's own name for what went wrong (`SQLITE_FULL`, `SQLITE_IOERR_WRITE`), if it was SQLite that threw. */
export function sqliteCode(thrown: unknown): string | undefined {
  if (!(thrown instanceof Error) || !("code" in thrown) || typeof thrown.code !== "string") return undefined;
  return thrown.code.startsWith("SQLITE_") ? thrown.code : undefined;
}

/** The file's content makes no sense, as opposed to a disk that does not answer. */
export function isDamage(thrown: unknown): boolean {
  const code = sqliteCode(thrown) ?? "";
  return code === "SQLITE_NOTADB" || code.startsWith("SQLITE_CORRUPT");
}

/** The disk is full or refuses to be written, while it may still be read. */
export function isWriteFailure(thrown: unknown): boolean {
  const code = sqliteCode(thrown) ?? "";
  return code === "SQLITE_FULL" || code.startsWith("SQLITE_IOERR");
}

/** What a failed operation on an open database tells its caller. Faults and what is not SQLite's pass unchanged. */
export function asStoreFault(thrown: unknown): unknown {
  const code = sqliteCode(thrown);
  if (code === undefined || Fault.is(thrown)) return thrown;
  return storeUnavailable(`${meaning(code, thrown)} (${code})`, thrown);
}

export const damagedValue = (key: string, cause: unknown): Fault =>
  storeUnavailable(`${damage}; what is stored under ${key} is no JSON`, cause);

const damage = "the database is damaged: stop the server and run PRAGMA integrity_check on the file";

function meaning(code: string, thrown: unknown): string {
  if (code === "SQLITE_FULL") return "the disk is full: free some space and try again; what was stored before is still readable";
  if (code.startsWith("SQLITE_BUSY")) return "another program holds the database: let it finish, then try again";
  if (isDamage(thrown)) return damage;
  if (code.startsWith("SQLITE_IOERR")) return "the disk could not be read or written: check it and its free space, then try again";
  return "the database refused: read the cause in the journal";
}
