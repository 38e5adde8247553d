import { Database } from "bun:sqlite";
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { damage, imagePath, keysOf, writeDatabase } from "./database.fixture.ts";
import { holdDatabase, inspectDatabase } from "./database-file.ts";
import { temporaryFolder } from "./hostile-folder.fixture.ts";
import { runCommand, startCli } from "./process.fixture.ts";

async function setUp() {
  const folder = await temporaryFolder();
  const at = (name: string) => join(folder.path, name);
  mkdirSync(at("data"));
  const database = at("data/dispatch.db");
  const restore = (...words: readonly string[]) => runCommand(["restore", ...words], { cwd: folder.path, env: { DISPATCH_DB: database } });
  return { at, database, restore, aside: () => readdirSync(at("data")).filter((name) => name.includes(".before-restore-")), folder };
}

test("a backup takes the place of the database, which is set aside whole; images come back, what is derived goes", async () => {
  const { at, database, restore, aside, folder } = await setUp();
  await using _ = folder;
  writeDatabase(at("backup.db"), ["kept"], ["one", "two"]);
  chmodSync(at("backup.db"), 0o644);
  const before = readFileSync(at("backup.db"));
  writeDatabase(database, ["present"]);
  for (const name of ["search.db", "search.db-wal", "traces.db"]) writeFileSync(at(`data/${name}`), "");
  mkdirSync(join(at("data"), imagePath("one"), ".."), { recursive: true });
  writeFileSync(join(at("data"), imagePath("one")), "one");
  const { stdout, stderr, exitCode } = await restore("backup.db");
  expect([stderr, exitCode]).toEqual(["", 0]);
  expect(stdout).toContain("2 images came with it, 1 of them were missing");
  expect(keysOf(database)).toEqual(["kept"]);
  expect(statSync(database).mode & 0o777).toBe(0o600);
  expect(readFileSync(join(at("data"), imagePath("two")), "utf8")).toBe("two");
  expect(keysOf(join(at("data"), aside()[0] ?? ""))).toEqual(["present"]);
  expect([existsSync(at("data/search.db")), existsSync(at("data/search.db-wal")), existsSync(at("data/traces.db"))]).toEqual([
    false,
    false,
    true,
  ]);
  using db = new Database(database, { readonly: true });
  expect(db.query("SELECT name FROM sqlite_schema WHERE name = 'backup_file'").values()).toEqual([]);
  expect(readFileSync(at("backup.db")).equals(before)).toBe(true);
});

test("what only the log of a killed server holds is set aside too", async () => {
  const { at, database, restore, aside, folder } = await setUp();
  await using _ = folder;
  writeDatabase(at("backup.db"), ["kept"]);
  writeDatabase(at("live.db"), ["old"]);
  const live = new Database(at("live.db"));
  live.run("PRAGMA journal_mode = WAL");
  live.run("INSERT INTO entry VALUES (1, 'late', '1')");
  for (const ending of ["", "-wal"]) writeFileSync(database + ending, readFileSync(at(`live.db${ending}`)));
  live.close();
  expect((await restore("backup.db")).exitCode).toBe(0);
  expect(keysOf(database)).toEqual(["kept"]);
  // In the one file, so that no kill in between leaves it under its name without what its log held.
  expect(aside()).toHaveLength(1);
  expect(keysOf(join(at("data"), aside()[0] ?? ""))).toEqual(["late", "old"]);
});

test("a damaged database is set aside as it is, and a backup takes its place", async () => {
  const { at, database, restore, aside, folder } = await setUp();
  await using _ = folder;
  writeDatabase(at("backup.db"), ["kept"]);
  writeFileSync(database, "this is no database, but it may be all that somebody has".repeat(100));
  writeFileSync(`${database}-wal`, "neither is this");
  expect((await restore("backup.db")).exitCode).toBe(0);
  expect(keysOf(database)).toEqual(["kept"]);
  expect(
    aside()
      .map((name) => name.replace(/\d+/, "N"))
      .sort(),
  ).toEqual(["dispatch.db.before-restore-N", "dispatch.db.before-restore-N-wal"]);
});

test("what is no backup, is damaged, or is the database itself is refused before anything is changed", async () => {
  const { at, database, restore, aside, folder } = await setUp();
  await using _ = folder;
  writeDatabase(database, ["present"]);
  writeDatabase(
    at("damaged.db"),
    Array.from({ length: 200 }, (_unused, n) => `k${n}`),
  );
  damage(at("damaged.db"));
  writeDatabase(at("hostile.db"), ["kept"], ["one"]);
  {
    using db = new Database(at("hostile.db"));
    db.run("INSERT INTO backup_file VALUES ('images/../../../evil.png', x'00')");
  }
  writeDatabase(at("lying.db"), ["kept"], ["one"]);
  {
    using db = new Database(at("lying.db"));
    db.run("UPDATE backup_file SET bytes = x'00'");
  }
  writeFileSync(at("text.db"), "text".repeat(1_000));
  {
    using db = new Database(at("other.db"), { create: true });
    db.run("CREATE TABLE t (a)");
  }
  for (const [name, code, exitCode] of [
    ["nowhere.db", "cli/no-database", 4],
    ["data", "cli/not-a-database", 2],
    ["text.db", "cli/not-a-database", 2],
    ["other.db", "cli/not-a-database", 2],
    ["damaged.db", "cli/damaged-backup", 2],
    ["hostile.db", "cli/damaged-backup", 2],
    ["lying.db", "cli/damaged-backup", 2],
    ["data/dispatch.db", "cli/same-file", 2],
  ] as const) {
    const ended = await restore(name, "--json");
    expect([name, JSON.parse(ended.stderr).code, ended.exitCode]).toEqual([name, code, exitCode]);
  }
  expect([keysOf(database), aside(), existsSync(join(folder.path, "..", "evil.png"))]).toEqual([["present"], [], false]);
  expect(
    readdirSync(at("data"))
      .sort()
      .filter((name) => name.includes("restoring")),
  ).toEqual([]);
});

test("a database that a link names is replaced where it lies, and the lock beside it counts", async () => {
  const { at, database, restore, folder } = await setUp();
  await using _ = folder;
  writeDatabase(at("backup.db"), ["kept"]);
  writeDatabase(at("real.db"), ["present"]);
  symlinkSync(at("real.db"), database);
  {
    using _held = holdDatabase(at("real.db"));
    expect((await restore("backup.db")).exitCode).toBe(5);
  }
  expect((await restore("backup.db")).exitCode).toBe(0);
  expect([keysOf(at("real.db")), lstatSync(database).isSymbolicLink()]).toEqual([["kept"], true]);
});

test("killed at any of its steps a restore leaves the old database or the new one, whole, and the next restore ends it", async () => {
  const { at, database, restore, aside, folder } = await setUp();
  await using _ = folder;
  const many = Array.from({ length: 5_000 }, (_unused, n) => `kept/${n}`);
  writeDatabase(at("backup.db"), many, ["one", "two"]);
  const inodeOf = (path: string) => statSync(path, { throwIfNoEntry: false })?.ino;
  const steps: readonly ((before: number | undefined) => boolean)[] = [
    () => existsSync(`${database}.restoring`),
    () => existsSync(join(at("data"), imagePath("two"))),
    () => aside().length > 0,
    (before) => inodeOf(database) !== before,
  ];
  for (const reached of steps) {
    for (const name of readdirSync(at("data"))) rmSync(at(`data/${name}`), { recursive: true });
    writeDatabase(database, ["present"]);
    const before = inodeOf(database);
    const child = startCli(["restore", "backup.db"], { cwd: folder.path, env: { DISPATCH_DB: database } });
    while (child.exitCode === null && !reached(before)) await Bun.sleep(0);
    child.kill("SIGKILL");
    await child.exited;
    expect(inspectDatabase(database).problems).toEqual([]);
    const { length } = keysOf(database);
    expect([1, many.length]).toContain(length);
    if (length !== 1) expect(keysOf(at(`data/${aside()[0]}`))).toEqual(["present"]);
  }
  expect((await restore("backup.db")).exitCode).toBe(0);
  expect(keysOf(database)).toHaveLength(many.length);
}, 30_000);

test("while a server holds the database nothing is restored", async () => {
  const { at, database, restore, folder } = await setUp();
  await using _ = folder;
  writeDatabase(at("backup.db"), ["kept"]);
  writeDatabase(database, ["present"]);
  writeFileSync(`${database}-pid`, "4711\n");
  {
    using _held = holdDatabase(database);
    const { stderr, exitCode } = await restore("backup.db", "--json");
    expect([JSON.parse(stderr), exitCode]).toEqual([
      expect.objectContaining({ code: "cli/server-runs", error: expect.stringContaining("kill 4711") }),
      5,
    ]);
  }
  expect(keysOf(database)).toEqual(["present"]);
  expect((await restore("backup.db")).exitCode).toBe(0);
});
