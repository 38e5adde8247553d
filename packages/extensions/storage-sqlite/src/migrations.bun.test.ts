import { Database } from "bun:sqlite";
import { expect, test } from "vitest";
import { startChild } from "./child.fixture.ts";
import { openSqliteStorage } from "./index.ts";
import { migrate, migrations, schemaVersion } from "./migrations.ts";
import { rename, statementsMax } from "./rename.fixture.ts";
import { tempFolder } from "./temp-folder.fixture.ts";

/** As version 1 wrote it. Stays as it is, whatever the schema becomes. */
function writeVersion1(path: string) {
  const db = new Database(path, { create: true });
  db.run("PRAGMA journal_mode = WAL");
  db.run("PRAGMA application_id = 1146310723");
  db.run("CREATE TABLE owner (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT");
  db.run(
    "CREATE TABLE entry (owner INTEGER NOT NULL, key TEXT NOT NULL, value TEXT NOT NULL, PRIMARY KEY (owner, key)) STRICT, WITHOUT ROWID",
  );
  db.run("INSERT INTO owner VALUES (1, 'conversation-store'), (2, 'session-orchestrator')");
  db.run(`INSERT INTO entry VALUES (1, 'c/1', '{"n":1}'), (1, 'c/2', '[null,"é"]'), (2, 'c/1', 'null')`);
  db.run("PRAGMA user_version = 1");
  db.close();
}

const rowsOf = (db: Database) => db.query("SELECT owner, key, value FROM entry ORDER BY owner, key").values();
const version1Rows = [
  [1, "c/1", '{"n":1}'],
  [1, "c/2", '[null,"é"]'],
  [2, "c/1", "null"],
];
const version2Rows = version1Rows.map(([owner, key, value]) => [owner, `moved/${key}`, value]);

test("a file of version 1 opens with all its rows", async () => {
  using folder = tempFolder();
  writeVersion1(folder.file("d.db"));
  await using storage = await openSqliteStorage({ path: folder.file("d.db"), durability: "process" });
  const first = await storage.open("conversation-store");
  expect(await Array.fromAsync(first.scan({ prefix: "" }))).toEqual([
    { key: "c/1", value: { n: 1 } },
    { key: "c/2", value: [null, "é"] },
  ]);
  expect(await (await storage.open("session-orchestrator")).get("c/1")).toBe(null);
  expect(storage.schemaVersion).toBe(migrations.at(-1)?.version);
});

test("migrations are numbered 1, 2, 3 …", () => {
  expect(migrations.map(({ version }) => version)).toEqual(migrations.map((_, index) => index + 1));
});

test("a fresh file and an old one end in the same schema", () => {
  using folder = tempFolder();
  writeVersion1(folder.file("old.db"));
  const schemas = ["old.db", "fresh.db"].map((name) => {
    const db = new Database(folder.file(name), { create: true });
    migrate(db);
    const tables = db.query("SELECT name, sql FROM sqlite_schema ORDER BY name").values();
    const version = schemaVersion(db);
    db.close();
    return {
      version,
      tables: tables.map(([name, sql]) => [
        name,
        String(sql)
          .replaceAll(/\s+/g, " ")
          .replaceAll(/\( | \)/g, (edge) => edge.trim()),
      ]),
    };
  });
  expect(schemas[0]).toEqual(schemas[1]);
});

test("a migration that fails at any statement leaves the version before it, and runs to its end the next time", () => {
  for (let after = 0; after <= statementsMax; after += 1) {
    using folder = tempFolder();
    writeVersion1(folder.file("d.db"));
    const db = new Database(folder.file("d.db"));
    const interrupted = rename(after, () => {
      throw new Error("interrupted");
    });
    expect(() => migrate(db, [...migrations, interrupted])).toThrow("interrupted");
    expect([schemaVersion(db), rowsOf(db), db.inTransaction]).toEqual([1, version1Rows, false]);
    migrate(db, [...migrations, rename(-1, () => {})]);
    expect([schemaVersion(db), rowsOf(db)]).toEqual([2, version2Rows]);
    db.close();
  }
});

test("SIGKILL between any two statements of a migration leaves the version before it, and it runs to its end the next time", async () => {
  for (let after = 0; after <= statementsMax; after += 1) {
    using folder = tempFolder();
    writeVersion1(folder.file("d.db"));
    const child = startChild("migrator.fixture.ts", [folder.file("d.db"), String(after)]);
    await child.exited;
    expect(child.signalCode).toBe("SIGKILL");
    const db = new Database(folder.file("d.db"));
    expect([schemaVersion(db), rowsOf(db)]).toEqual([1, version1Rows]);
    migrate(db, [...migrations, rename(-1, () => {})]);
    expect([schemaVersion(db), rowsOf(db)]).toEqual([2, version2Rows]);
    db.close();
  }
});

test("a migration that is done is not done again", () => {
  using folder = tempFolder();
  writeVersion1(folder.file("d.db"));
  const db = new Database(folder.file("d.db"));
  for (const _ of [1, 2]) migrate(db, [...migrations, rename(-1, () => {})]);
  expect(rowsOf(db)).toEqual(version2Rows);
  db.close();
});
