import { Database } from "bun:sqlite";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { BackupTarget } from "./contract.ts";
import { numberOf, schemaVersion } from "./migrations.ts";
import { sqliteCode } from "./sqlite-error.ts";

/** What the thread is asked for: `file` is there and empty. */
export interface BackupOrder extends Pick<BackupTarget, "folders"> {
  readonly source: string;
  readonly file: string;
}
export type BackupOutcome =
  | { readonly ok: true; readonly entries: number; readonly files: number; readonly schemaVersion: number }
  | { readonly ok: false; readonly code?: string; readonly message: string };

declare const self: { onmessage: (event: { readonly data: BackupOrder }) => void; postMessage(outcome: BackupOutcome): void };

const waitMs = 10_000;
const problemsMax = 5;

self.onmessage = ({ data }) => {
  try {
    self.postMessage(write(data));
  } catch (thrown) {
    const code = sqliteCode(thrown);
    const message = thrown instanceof Error ? thrown.message : String(thrown);
    self.postMessage({ ok: false, message, ...(code === undefined ? {} : { code }) });
  }
};

function write({ source, file, folders }: BackupOrder): BackupOutcome {
  snapshot(source, file);
  using db = new Database(file, { readwrite: true, strict: true });
  // What is half written is never used, so that nothing has to be undone; the file is flushed as a whole.
  db.run("PRAGMA journal_mode = OFF");
  db.run("PRAGMA synchronous = OFF");
  db.run("DROP TABLE IF EXISTS backup_file");
  db.run("CREATE TABLE backup_file (path TEXT NOT NULL UNIQUE, bytes BLOB NOT NULL) STRICT");
  // After the snapshot, so that every file that it names is there.
  const files = folders.reduce((count, { name, path }) => count + addFiles(db, name, path), 0);
  const problems = db.query<unknown, []>("PRAGMA integrity_check").values().slice(0, problemsMax).flat().map(String);
  if (problems.join() !== "ok") return { ok: false, code: "SQLITE_CORRUPT", message: problems.join("; ") };
  return { ok: true, files, entries: numberOf(db, "SELECT count(*) FROM entry"), schemaVersion: schemaVersion(db) };
}

/** All that was committed when it began, however long it takes and whatever is committed meanwhile. */
function snapshot(source: string, file: string): void {
  using db = new Database(source, { readonly: true });
  db.run(`PRAGMA busy_timeout = ${waitMs}`);
  db.query<unknown, [string]>("VACUUM INTO ?").run(file);
}

function addFiles(db: Database, name: string, folder: string): number {
  const insert = db.prepare<unknown, [string, Uint8Array]>("INSERT INTO backup_file (path, bytes) VALUES (?, ?)");
  let count = 0;
  for (const path of filesBelow(folder)) {
    const bytes = read(join(folder, path));
    if (bytes === undefined) continue;
    insert.run(`${name}/${path}`, bytes);
    count += 1;
  }
  insert.finalize();
  return count;
}

/** Plain files alone: no link is followed, and what is half written is left out. */
const filesBelow = (folder: string): readonly string[] =>
  entriesOf(folder).flatMap((entry) => {
    if (entry.isFile()) return entry.name.endsWith(".part") ? [] : [entry.name];
    return entry.isDirectory() ? filesBelow(join(folder, entry.name)).map((below) => `${entry.name}/${below}`) : [];
  });

const entriesOf = (folder: string) => orNone(() => readdirSync(folder, { withFileTypes: true })) ?? [];
const read = (path: string) => orNone(() => readFileSync(path));

/** What went away meanwhile is not there. */
function orNone<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch (thrown) {
    if (thrown instanceof Error && "code" in thrown && thrown.code === "ENOENT") return undefined;
    throw thrown;
  }
}
