import { Database } from "bun:sqlite";
import { chmodSync, mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { expect, test } from "vitest";
import { Backups } from "./backups.ts";
import { linesOf, startChild } from "./child.fixture.ts";
import { openSqliteStorage } from "./index.ts";
import { tempFolder } from "./temp-folder.fixture.ts";

async function open(path: string) {
  const storage = await openSqliteStorage({ path, durability: "process" });
  return { storage, store: await storage.open("o"), backups: new Backups(path) };
}
const target = (file: string, more = {}) => ({ file, force: false, folders: [], ...more });

test("a backup opens as the database did, with the files of its folders, for its user alone", async () => {
  using folder = tempFolder();
  mkdirSync(folder.file("images/ab"), { recursive: true });
  writeFileSync(folder.file("images/ab/1.png"), "one");
  writeFileSync(folder.file("images/half.part"), "half");
  symlinkSync("/etc/hostname", folder.file("images/ab/link.png"));
  const { storage, store, backups } = await open(folder.file("d.db"));
  await store.commit([{ put: "a", value: { n: 1 } }]);
  const folders = [
    { name: "images", path: folder.file("images") },
    { name: "none", path: folder.file("none") },
  ];
  const file = folder.file("copy.db");
  expect(await backups.write(target(file, { folders }))).toMatchObject({ file, entries: 1, files: 1, schemaVersion: 1 });
  await storage[Symbol.asyncDispose]();
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(readdirSync(folder.path).filter((name) => name.endsWith(".part"))).toEqual([]);
  using db = new Database(file, { readonly: true });
  expect(db.query("SELECT path, CAST(bytes AS TEXT) FROM backup_file").values()).toEqual([["images/ab/1.png", "one"]]);
  await using again = await openSqliteStorage({ path: file, durability: "process" });
  expect(await (await again.open("o")).get("a")).toEqual({ n: 1 });
});

test("a backup is of one moment, while commits go on and the loop is free", async () => {
  using folder = tempFolder();
  const { storage, store, backups } = await open(folder.file("d.db"));
  for (let n = 0; n < 200; n++) await store.commit([{ put: `fill/${n}`, value: "x".repeat(100_000) }]);
  let n = 0;
  let done = false;
  const writing = (async () => {
    // Both or neither: a backup that has one without the other is of no moment.
    for (; !done; n++) {
      await store.commit([
        { put: "left", value: n },
        { put: "right", value: n },
      ]);
      await Bun.sleep(0);
    }
  })();
  await backups.write(target(folder.file("copy.db")));
  const during = n;
  done = true;
  await writing;
  await storage[Symbol.asyncDispose]();
  expect(during).toBeGreaterThan(50);
  await using copy = await openSqliteStorage({ path: folder.file("copy.db"), durability: "process" });
  const kept = await copy.open("o");
  expect(await kept.get("left")).toEqual(await kept.get("right"));
});

test("what is there is not overwritten unless that is asked for; a bad place is refused before anything is written", async () => {
  using folder = tempFolder();
  const { storage, backups } = await open(folder.file("d.db"));
  writeFileSync(folder.file("mine"), "mine");
  mkdirSync(folder.file("folder"));
  symlinkSync(folder.file("mine"), folder.file("link"));
  symlinkSync(folder.file("d.db"), folder.file("alias"));
  expect(await backups.write(target(folder.file("mine"))).catch((thrown) => thrown)).toMatchObject({
    kind: "conflict",
    code: "storage-sqlite/backup-exists",
  });
  expect(readFileSync(folder.file("mine"), "utf8")).toBe("mine");
  for (const [file, force] of [
    ["relative.db", false],
    [folder.file("none/copy.db"), false],
    [folder.file("../x/../copy.db").replace("/copy", "/./copy"), false],
    [folder.file("folder"), true],
    [folder.file("d.db"), true],
    [folder.file("d.db-wal"), true],
    [folder.file("link"), true],
    [folder.file("alias"), true],
    [`${folder.path}/${"n".repeat(240)}`, false],
    [`${folder.path}/nul\0`, false],
  ] as const)
    expect([file, await backups.write(target(file, { force })).catch((thrown) => thrown)]).toEqual([
      file,
      expect.objectContaining({ code: "storage-sqlite/bad-backup-path", kind: "invalid" }),
    ]);
  await backups.write(target(folder.file("mine"), { force: true }));
  expect(readFileSync(folder.file("mine")).subarray(0, 6).toString()).toBe("SQLite");
  await storage[Symbol.asyncDispose]();
});

test("two at once: the second is refused; what a killed one left is taken away", async () => {
  using folder = tempFolder();
  const { storage, backups } = await open(folder.file("d.db"));
  const left = folder.file("copy.db.00000000-0000-0000-0000-000000000000.part");
  const mine = folder.file("copy.db.mine.part");
  for (const file of [left, mine]) writeFileSync(file, "");
  const first = backups.write(target(folder.file("copy.db")));
  expect(await backups.write(target(folder.file("other.db"))).catch((thrown) => thrown)).toMatchObject({
    code: "storage-sqlite/backup-running",
  });
  await first;
  await backups.write(target(folder.file("other.db")));
  expect(readdirSync(folder.path).filter((name) => name.endsWith(".part"))).toEqual(["copy.db.mine.part"]);
  await storage[Symbol.asyncDispose]();
});

test("a backup of a damaged database is refused with advice, and nothing is left of it", async () => {
  using folder = tempFolder();
  const path = folder.file("d.db");
  const { storage, store, backups } = await open(path);
  for (let n = 0; n < 50; n++) await store.commit([{ put: `k/${n}`, value: "x".repeat(4_000) }]);
  await storage[Symbol.asyncDispose]();
  const bytes = readFileSync(path);
  bytes.fill(0xa5, 4_096 * 3, 4_096 * 8);
  writeFileSync(path, bytes);
  expect(await backups.write(target(folder.file("copy.db"))).catch((thrown) => thrown)).toMatchObject({
    kind: "unavailable",
    code: "storage-sqlite/backup-failed",
    message: expect.stringContaining("run dispatch doctor"),
  });
  expect(readdirSync(folder.path).filter((name) => name.startsWith("copy"))).toEqual([]);
});

test("without room a backup is refused with advice, nothing is left of it, and the database works on", async () => {
  using folder = tempFolder();
  const { storage, store } = await open(folder.file("d.db"));
  for (let n = 0; n < 100; n++) await store.commit([{ put: `k/${n}`, value: "x".repeat(4_000) }]);
  await storage[Symbol.asyncDispose]();
  const child = startChild(
    "backup-writer.fixture.ts",
    [folder.file("d.db"), folder.file("copy.db")],
    ["sh", "-c", `trap '' XFSZ; ulimit -f 200; exec "$0" "$@"`],
  );
  const report = (await linesOf(child).next()).value;
  expect(report).toMatchObject({ code: "storage-sqlite/backup-failed", message: expect.stringContaining("Free some space"), next: true });
  expect(readdirSync(folder.path).filter((name) => name.startsWith("copy"))).toEqual([]);
});

test.skipIf(process.getuid?.() === 0)("a folder that may not be written to is told", async () => {
  using folder = tempFolder();
  const { storage, backups } = await open(folder.file("d.db"));
  mkdirSync(folder.file("closed"));
  chmodSync(folder.file("closed"), 0o500);
  expect(await backups.write(target(folder.file("closed/copy.db"))).catch((thrown) => thrown)).toMatchObject({
    code: "storage-sqlite/backup-failed",
  });
  await storage[Symbol.asyncDispose]();
});

// Reaches nameBytesMax.
test("a backup's name has at most 200 bytes", async () => {
  using folder = tempFolder();
  const { storage, backups } = await open(folder.file("d.db"));
  expect(await backups.write(target(folder.file("é".repeat(100))))).toMatchObject({ entries: 0 });
  await expect(backups.write(target(folder.file(`x${"é".repeat(100)}`)))).rejects.toMatchObject({
    code: "storage-sqlite/bad-backup-path",
    message: expect.stringContaining("its name is longer than 200 bytes"),
  });
  await storage[Symbol.asyncDispose]();
});

// Reaches problemsMax.
test("of a database with many faults five are told", async () => {
  using folder = tempFolder();
  const { storage, store, backups } = await open(folder.file("d.db"));
  await store.commit(Array.from({ length: 20 }, (_, n) => ({ put: `k/${n}`, value: n })));
  await storage[Symbol.asyncDispose]();
  // Now the schema says that no text is there, and every row is a fault.
  const bytes = readFileSync(folder.file("d.db"));
  bytes.write("value INT  NOT NULL", bytes.indexOf("value TEXT NOT NULL"));
  writeFileSync(folder.file("d.db"), bytes);
  const { message } = await backups.write(target(folder.file("copy.db"))).catch((thrown) => thrown);
  expect(message.match(/entry\.value/g)).toHaveLength(5);
});
