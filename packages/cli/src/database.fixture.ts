import { Database } from "bun:sqlite";
import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";

/** As the server writes it, version 1, with these keys. */
export function writeDatabase(path: string, keys: readonly string[], images: readonly string[] = []): void {
  using db = new Database(path, { create: true });
  db.run("PRAGMA application_id = 1146310723");
  db.run("CREATE TABLE owner (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT");
  db.run(
    "CREATE TABLE entry (owner INTEGER NOT NULL, key TEXT NOT NULL, value TEXT NOT NULL, PRIMARY KEY (owner, key)) STRICT, WITHOUT ROWID",
  );
  const insert = db.prepare("INSERT INTO entry VALUES (1, ?, ?)");
  db.transaction(() => {
    for (const key of keys) insert.run(key, JSON.stringify("x".repeat(1_000)));
  })();
  db.run("PRAGMA user_version = 1");
  if (images.length === 0) return;
  db.run("CREATE TABLE backup_file (path TEXT NOT NULL UNIQUE, bytes BLOB NOT NULL) STRICT");
  for (const text of images) db.prepare("INSERT INTO backup_file VALUES (?, ?)").run(imagePath(text), Buffer.from(text));
}

export const imagePath = (text: string, of = "c"): string => `images/${hash(of)}/${hash(text)}.png`;
const hash = (text: string): string => createHash("sha256").update(text).digest("hex");

export function keysOf(path: string): readonly unknown[] {
  using db = new Database(path, { readonly: true });
  return db.query("SELECT key FROM entry ORDER BY key").values().flat();
}

/** Writes nonsense over a page in the middle. */
export function damage(path: string): void {
  const bytes = readFileSync(path);
  bytes.fill(0xa5, 4_096 * 3, 4_096 * 5);
  writeFileSync(path, bytes);
}
