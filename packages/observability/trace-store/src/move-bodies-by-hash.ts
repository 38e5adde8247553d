import type { Database } from "bun:sqlite";
import { bodyHash } from "@dispatch/journal-sink/record";
import { bodyText } from "./bodies.ts";
import { columnsOf } from "./look.ts";

/**
 * Bodies were once kept by the id of their record, so that one system prompt stood there once a step. They move to where their text's hash
 * says. Columns that an older `records` lacks are added.
 */
export function moveBodiesByHash(db: Database, recordColumns: readonly (readonly [name: string, type: string])[]): void {
  const there = columnsOf(db, "records");
  for (const [name, type] of recordColumns)
    if (!there.includes(name)) db.run(`ALTER TABLE records ADD COLUMN ${name} ${type.replace(" NOT NULL", " NOT NULL DEFAULT ''")}`);
  const columns = columnsOf(db, "bodies");
  if (columns.length === 0 || columns.includes("hash")) return;
  const key = columns.includes("recordId") ? "recordId" : "id";
  db.run("ALTER TABLE bodies RENAME TO bodies_by_record");
  db.run(`CREATE TABLE bodies (
    hash TEXT PRIMARY KEY NOT NULL, isCompressed INTEGER NOT NULL, originalSize INTEGER NOT NULL, storedSize INTEGER NOT NULL,
    lastUsed INTEGER NOT NULL DEFAULT 0, body BLOB NOT NULL)`);
  const insert = db.query("INSERT OR IGNORE INTO bodies (hash, isCompressed, originalSize, storedSize, body) VALUES (?, ?, ?, ?, ?)");
  const refer = db.query("UPDATE records SET bodyHash = ? WHERE id = ?");
  const old = db.query<OldBody, []>(`SELECT ${key} AS id, body, isCompressed, originalSize, storedSize FROM bodies_by_record`);
  for (const { id, body, isCompressed, originalSize, storedSize } of old.iterate()) {
    const hash = bodyHash(bodyText(body, isCompressed === 1));
    insert.run(hash, isCompressed, originalSize, storedSize, body);
    refer.run(hash, id);
  }
  db.run("DROP TABLE bodies_by_record");
}

interface OldBody {
  readonly id: string;
  readonly body: Uint8Array | string;
  readonly isCompressed: number;
  readonly originalSize: number;
  readonly storedSize: number;
}
