import type { Database } from "bun:sqlite";
import { columnsOf, numberOf } from "./look.ts";
import { moveBodiesByHash } from "./move-bodies-by-hash.ts";

/** "DSPT": tells our files from those of other programs. */
export const applicationId = 0x44535054;
export const schemaVersion = 1;

/** What readers of the file know by these names. Insertion order is the order of the rowid. */
const recordColumns: readonly (readonly [name: string, type: string])[] = [
  ["id", "TEXT PRIMARY KEY NOT NULL"],
  ["kind", "TEXT NOT NULL"],
  ["level", "TEXT"],
  ["msg", "TEXT"],
  ["name", "TEXT"],
  ["spanId", "TEXT"],
  ["parentSpanId", "TEXT"],
  ["conversationId", "TEXT"],
  ["turnId", "TEXT"],
  ["extensionId", "TEXT"],
  ["timestamp", "INTEGER NOT NULL"],
  ["durationMs", "REAL"],
  ["status", "TEXT"],
  ["attributes", "TEXT"],
  ["links", "TEXT"],
  ["bodyHash", "TEXT"],
];

const tables = [
  `CREATE TABLE IF NOT EXISTS records (${recordColumns.map((column) => column.join(" ")).join(", ")})`,
  // The text stands last: a look at the sizes then reads none of it. `lastUsed` is the timestamp of the newest record that has it.
  `CREATE TABLE IF NOT EXISTS bodies (
    hash TEXT PRIMARY KEY NOT NULL,
    isCompressed INTEGER NOT NULL,
    originalSize INTEGER NOT NULL,
    storedSize INTEGER NOT NULL,
    lastUsed INTEGER NOT NULL DEFAULT 0,
    body BLOB NOT NULL
  )`,
  // Texts in which secrets were masked are referred to by the hash that they had before.
  "CREATE TABLE IF NOT EXISTS masked (hash TEXT PRIMARY KEY NOT NULL, bodyHash TEXT NOT NULL) WITHOUT ROWID",
  `CREATE TABLE IF NOT EXISTS progress (
    journal TEXT NOT NULL,
    inode TEXT NOT NULL,
    generation TEXT NOT NULL,
    "offset" INTEGER NOT NULL,
    PRIMARY KEY (journal, inode)
  ) WITHOUT ROWID`,
];

/** Partial wherever most rows have nothing to find: each index is paid for by every row that is in it. */
const indexes = [
  "records_turn ON records (turnId) WHERE turnId IS NOT NULL",
  "records_span ON records (spanId) WHERE spanId IS NOT NULL",
  "records_timestamp ON records (timestamp)",
  "records_body ON records (bodyHash) WHERE bodyHash IS NOT NULL",
  "records_kind ON records (kind, level, timestamp) WHERE level IN ('warn', 'error')",
  "records_conversation ON records (conversationId, timestamp) WHERE name = 'turn'",
  "records_turns ON records (timestamp) WHERE name = 'turn'",
  "records_errors ON records (timestamp) WHERE status = 'error' OR level = 'error'",
  "bodies_age ON bodies (lastUsed, storedSize)",
  "masked_body ON masked (bodyHash)",
];

/** Makes an empty file ours, or an older one as new ones are. In one transaction: it may be interrupted anywhere. */
export function migrate(db: Database): void {
  if (numberOf(db, "PRAGMA user_version") === schemaVersion) return;
  const older = numberOf(db, "SELECT count(*) FROM sqlite_schema WHERE name = 'records'") > 0;
  const apply = db.transaction(() => {
    db.run(`PRAGMA application_id = ${applicationId}`);
    if (older) moveBodiesByHash(db, recordColumns);
    for (const table of tables) db.run(table);
    if (older) takeOver(db);
    for (const index of indexes) db.run(`CREATE INDEX IF NOT EXISTS ${index}`);
    db.run(`PRAGMA user_version = ${schemaVersion}`);
  });
  apply.immediate();
  if (older) shrinkable(db);
}

/** What older versions kept bodies in has no notion of when they were last used. */
function takeOver(db: Database): void {
  if (!columnsOf(db, "bodies").includes("lastUsed")) db.run("ALTER TABLE bodies ADD COLUMN lastUsed INTEGER NOT NULL DEFAULT 0");
  db.run("CREATE INDEX IF NOT EXISTS records_body ON records (bodyHash) WHERE bodyHash IS NOT NULL");
  db.run("UPDATE bodies SET lastUsed = coalesce((SELECT max(timestamp) FROM records WHERE bodyHash = hash), 0)");
  db.run("DELETE FROM bodies WHERE NOT EXISTS (SELECT 1 FROM records WHERE bodyHash = hash)");
}

/** A file gives pages back only when it was written for that from its beginning. */
function shrinkable(db: Database): void {
  if (numberOf(db, "PRAGMA auto_vacuum") === 2) return;
  db.run("PRAGMA auto_vacuum = INCREMENTAL");
  db.run("VACUUM");
}
