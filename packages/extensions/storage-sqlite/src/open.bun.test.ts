import { Database } from "bun:sqlite";
import { existsSync, linkSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { assertRefused } from "@dispatch/testkit";
import { expect, test } from "vitest";
import { linesOf, startChild } from "./child.fixture.ts";
import { openSqliteStorage } from "./index.ts";
import { tempFolder } from "./temp-folder.fixture.ts";

const open = (path: string) => openSqliteStorage({ path, durability: "process" });
const mode = (path: string) => (statSync(path).mode & 0o777).toString(8);

test("missing folders and every file are for this user alone", async () => {
  using folder = tempFolder();
  await using storage = await open(folder.file("a/b/d.db"));
  await (await storage.open("one")).commit([{ put: "k", value: 1 }]);
  expect([mode(folder.file("a")), mode(folder.file("a/b"))]).toEqual(["700", "700"]);
  const files = readdirSync(folder.file("a/b"));
  expect(files.toSorted()).toEqual(["d.db", "d.db-lock", "d.db-pid", "d.db-shm", "d.db-wal"]);
  expect(new Set(files.map((file) => mode(folder.file(`a/b/${file}`))))).toEqual(new Set(["600"]));
});

test("a folder that is there keeps its mode", async () => {
  using folder = tempFolder();
  mkdirSync(folder.file("shared"), { mode: 0o755 });
  await using _storage = await open(folder.file("shared/d.db"));
  expect(mode(folder.file("shared"))).toBe("755");
});

test("closing moves everything into the one file", async () => {
  using folder = tempFolder();
  const storage = await open(folder.file("d.db"));
  const store = await storage.open("one");
  await store.commit(Array.from({ length: 100 }, (_, n) => ({ put: `k${n}`, value: n })));
  for await (const _ of store.scan({ prefix: "k" })) break;
  await storage[Symbol.asyncDispose]();
  expect(readdirSync(folder.path).toSorted()).toEqual(["d.db", "d.db-lock"]);
  writeFileSync(folder.file("copy.db"), readFileSync(folder.file("d.db")));
  await using copy = await open(folder.file("copy.db"));
  expect((await Array.fromAsync((await copy.open("one")).scan({ prefix: "k" }))).length).toBe(100);
});

test("what was stored is there after a restart, for each owner", async () => {
  using folder = tempFolder();
  for (const round of [1, 2, 3]) {
    await using storage = await open(folder.file("d.db"));
    for (const owner of ["one", "other"]) {
      const store = await storage.open(owner);
      const is = round === 1 ? undefined : { owner, round: round - 1 };
      await store.commit([
        { check: "k", is },
        { put: "k", value: { owner, round } },
      ]);
    }
  }
});

test("durability decides how a commit is synced", async () => {
  using folder = tempFolder();
  for (const durability of ["process", "power"] as const) {
    await using storage = await openSqliteStorage({ path: folder.file(`${durability}.db`), durability });
    const store = await storage.open("one");
    await store.commit([{ put: "k", value: durability }]);
    expect(await store.get("k")).toBe(durability);
  }
});

test("a newer schema is refused with what to do, and the file is left as it was", async () => {
  using folder = tempFolder();
  await (await open(folder.file("d.db")))[Symbol.asyncDispose]();
  alter(folder.file("d.db"), "PRAGMA user_version = 7");
  const before = readFileSync(folder.file("d.db"));
  const refused = await assertRefused(open(folder.file("d.db")), "invalid", "storage-sqlite/newer-schema");
  expect(refused.data).toEqual({ path: folder.file("d.db"), found: 7, known: 1 });
  expect(refused.message).toContain("Start that version again");
  expect(readFileSync(folder.file("d.db")).equals(before)).toBe(true);
});

test("another program's database is refused and left as it was", async () => {
  using folder = tempFolder();
  alter(folder.file("d.db"), "CREATE TABLE theirs (a)");
  const before = readFileSync(folder.file("d.db"));
  await assertRefused(open(folder.file("d.db")), "invalid", "storage-sqlite/not-ours");
  expect(readFileSync(folder.file("d.db")).equals(before)).toBe(true);
});

test("a damaged file is refused, told how to be set aside, and neither deleted nor written", async () => {
  using folder = tempFolder();
  const path = folder.file("d.db");
  const damages: readonly (() => void)[] = [
    () => writeFileSync(path, "not a database ".repeat(1_000)),
    () => writeFileSync(path, "x"),
    () => truncateSync(path, 40_000),
    () => truncateSync(path, 700),
    () => writeFileSync(path, Buffer.concat([readFileSync(path).subarray(0, 100), Buffer.alloc(5_000, 0xff)])),
  ];
  for (const damage of damages) {
    await fill(path);
    damage();
    const before = readFileSync(path);
    const refused = await assertRefused(open(path), "unavailable", "storage-sqlite/damaged");
    expect(refused.message).toContain(`mv '${path}' '${path}.damaged'`);
    expect(readFileSync(path).equals(before)).toBe(true);
    writeFileSync(path, "");
  }
  await fill(path);
});

test("damage that shows only later fails what touches it, and nothing else", async () => {
  using folder = tempFolder();
  await fill(folder.file("d.db"));
  const bytes = readFileSync(folder.file("d.db"));
  bytes.fill(0xff, 40_960, 45_056);
  writeFileSync(folder.file("d.db"), bytes);
  await using storage = await open(folder.file("d.db"));
  const store = await storage.open("filler");
  const refused = await assertRefused(Array.fromAsync(store.scan({ prefix: "" })), "unavailable", "store/unavailable");
  expect(refused.message).toContain("integrity_check");
  const other = await storage.open("other");
  await other.commit([{ put: "k", value: 1 }]);
  expect(await other.get("k")).toBe(1);
});

test("a file with two names is refused by both, and opens again when one is gone", async () => {
  using folder = tempFolder();
  const path = folder.file("d.db");
  await fill(path);
  mkdirSync(folder.file("elsewhere"));
  linkSync(path, folder.file("elsewhere/hard.db"));
  const before = readFileSync(path);
  for (const name of [path, folder.file("elsewhere/hard.db")]) {
    const refused = await assertRefused(open(name), "invalid", "storage-sqlite/second-name");
    expect(refused.message).toContain("2 names");
  }
  expect(readFileSync(path).equals(before)).toBe(true);
  expect(readdirSync(folder.file("elsewhere"))).toEqual(["hard.db"]);
  rmSync(folder.file("elsewhere/hard.db"));
  await (await open(path))[Symbol.asyncDispose]();
});

const canMount = Bun.spawnSync(["unshare", "--mount", "true"], { stdio: ["ignore", "ignore", "ignore"] }).success;

test.skipIf(!canMount)("a file that is mounted by itself is refused", async () => {
  using folder = tempFolder();
  await fill(folder.file("d.db"));
  writeFileSync(folder.file("a mount.db"), "");
  const mounted = [
    "unshare",
    "--mount",
    "sh",
    "-c",
    `mount --bind '${folder.file("d.db")}' '${folder.file("a mount.db")}' && exec "$0" "$@"`,
  ];
  const child = startChild("holder.fixture.ts", [folder.file("a mount.db")], mounted);
  expect((await linesOf(child).next()).value).toMatchObject({
    refused: "storage-sqlite/second-name",
    message: expect.stringContaining("mounted by itself"),
  });
});

test("a place that cannot be written is refused and named", async () => {
  using folder = tempFolder();
  writeFileSync(folder.file("file"), "");
  mkdirSync(folder.file("folder"));
  for (const path of [folder.file("file/d.db"), folder.file("folder"), "/proc/nowhere/d.db", ""])
    await assertRefused(open(path), "denied", "storage-sqlite/unwritable");
  expect(existsSync(folder.file("folder-lock"))).toBe(false);
});

async function fill(path: string) {
  await using storage = await open(path);
  await (await storage.open("filler")).commit(Array.from({ length: 3_000 }, (_, n) => ({ put: `k${n}`, value: "x".repeat(100) })));
}

function alter(path: string, sql: string) {
  const db = new Database(path, { create: true });
  db.run(sql);
  db.close();
}
