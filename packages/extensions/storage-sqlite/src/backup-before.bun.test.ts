import { Database } from "bun:sqlite";
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { expect, test } from "vitest";
import { keptBackupsMax } from "./backup-before.ts";
import { openDatabase } from "./database.ts";
import { openSqliteStorage } from "./index.ts";
import { migrations, schemaVersion } from "./migrations.ts";
import { rename, statementsMax } from "./rename.fixture.ts";
import { tempFolder } from "./temp-folder.fixture.ts";

const next = rename(-1, () => {});
const rowsOf = (path: string) => {
  using db = new Database(path, { readonly: true });
  return { version: schemaVersion(db), rows: db.query("SELECT key FROM entry ORDER BY key").values().flat() };
};
const backups = (folder: string) =>
  readdirSync(folder)
    .filter((name) => name.includes(".before-"))
    .sort();

async function store(path: string, ...keys: readonly string[]) {
  await using storage = await openSqliteStorage({ path, durability: "process" });
  await (await storage.open("o")).commit(keys.map((put) => ({ put, value: 1 })));
}

test("before its first migration a database is kept beside itself, whole, for its user alone; a fresh one and one that is up to date are not", async () => {
  using folder = tempFolder();
  const path = folder.file("d.db");
  await store(path, "a", "b");
  await store(path, "c");
  expect(backups(folder.path)).toEqual([]);
  openDatabase(path, "process", 0, [...migrations, next]).close();
  const [kept = "", ...others] = backups(folder.path);
  expect(others).toEqual([]);
  expect(kept).toMatch(/^d\.db\.before-v2-\d{13}$/);
  expect(rowsOf(folder.file(kept))).toEqual({ version: 1, rows: ["a", "b", "c"] });
  expect(statSync(folder.file(kept)).mode & 0o777).toBe(0o600);
  expect(rowsOf(path)).toEqual({ version: 2, rows: ["moved/a", "moved/b", "moved/c"] });
  openDatabase(path, "process", 0, [...migrations, next]).close();
  openDatabase(folder.file("fresh.db"), "process", 0, [...migrations, next]).close();
  expect(backups(folder.path)).toEqual([kept]);
});

test("what only the write-ahead log of a killed server holds is in the copy", async () => {
  using folder = tempFolder();
  const path = folder.file("d.db");
  const running = openDatabase(path, "process", 0);
  running.run("INSERT INTO owner VALUES (1, 'o')");
  running.run("INSERT INTO entry VALUES (1, 'late', '1')");
  mkdirSync(folder.file("killed"));
  for (const name of ["d.db", "d.db-wal"]) writeFileSync(folder.file(`killed/${name}`), readFileSync(folder.file(name)));
  running.close();
  openDatabase(folder.file("killed/d.db"), "process", 0, [...migrations, next]).close();
  expect(rowsOf(folder.file(`killed/${backups(folder.file("killed"))[0]}`)).rows).toEqual(["late"]);
});

test(`the newest ${keptBackupsMax} are kept, whatever else has a name like theirs`, async () => {
  using folder = tempFolder();
  const path = folder.file("d.db");
  await store(path, "a");
  const foreign = ["d.db.before-v2-mine", "other.db.before-v2-1000000000000"];
  const old = ["d.db.before-v9-1000000000001", "d.db.before-v2-1000000000002", "d.db.before-v3-1000000000003"];
  for (const name of [...foreign, ...old, "d.db.before-v2-1000000000004.part"]) writeFileSync(folder.file(name), "");
  openDatabase(path, "process", 0, [...migrations, next]).close();
  const left = backups(folder.path).filter((name) => !foreign.includes(name));
  expect(left).toEqual([old[1], expect.stringMatching(/^d\.db\.before-v2-(?!1000000000)\d{13}$/), old[2]]);
  expect(backups(folder.path)).toEqual(expect.arrayContaining(foreign));
});

test("a copy that a clock set back makes look old is kept all the same", async () => {
  using folder = tempFolder();
  const path = folder.file("d.db");
  await store(path, "a");
  const later = [1, 2, 3].map((n) => `d.db.before-v2-900000000000${n}`);
  for (const name of later) writeFileSync(folder.file(name), "");
  openDatabase(path, "process", 0, [...migrations, next]).close();
  const [fresh = "", ...others] = backups(folder.path);
  expect([rowsOf(folder.file(fresh)).rows, others]).toEqual([["a"], later.slice(1)]);
});

test("without room for the copy the start is refused with a sentence, and nothing is changed", async () => {
  using folder = tempFolder();
  const path = folder.file("d.db");
  await store(path, ...Array.from({ length: 200 }, (_, n) => `${n}${"x".repeat(400)}`));
  const before = readFileSync(path);
  const child = Bun.spawnSync(
    ["sh", "-c", `trap '' XFSZ; ulimit -f 100; exec "$0" "$@"`, process.execPath, `${import.meta.dirname}/opener.fixture.ts`, path],
    { stdout: "pipe", stderr: "inherit" },
  );
  expect(JSON.parse(child.stdout.toString())).toMatchObject({
    kind: "unavailable",
    code: "storage-sqlite/no-room-to-migrate",
    message: expect.stringContaining("Nothing was changed"),
  });
  expect(readFileSync(path).equals(before)).toBe(true);
  expect(readdirSync(folder.path).sort()).toEqual(["d.db", "d.db-lock"]);
});

test("a migration that fails leaves the copy and the version before it", async () => {
  using folder = tempFolder();
  const path = folder.file("d.db");
  await store(path, "a");
  const broken = rename(statementsMax, () => {
    throw new Error("interrupted");
  });
  expect(() => openDatabase(path, "process", 0, [...migrations, broken])).toThrow("interrupted");
  expect(rowsOf(path)).toEqual({ version: 1, rows: ["a"] });
  expect(backups(folder.path)).toHaveLength(1);
});
