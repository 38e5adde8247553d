import { Database } from "bun:sqlite";
import { copyFileSync, existsSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type MemoryDisk, MemoryStorage } from "@dispatch/testkit";
import { expect, test } from "vitest";
import { openGround, shown, tempFolder } from "./ground.fixture.ts";

/** Two conversations, indexed, and everything closed again. */
async function indexed(path: string, disk: MemoryDisk) {
  await using ground = await openGround({ path, storage: new MemoryStorage(disk) });
  await ground.say("c1", "a needle");
  await ground.say("c2", "another needle");
  expect(shown(await ground.find("needle"))).toHaveLength(2);
}

const copyOf = (disk: MemoryDisk): MemoryDisk => new Map([...disk].map(([owner, rows]) => [owner, new Map(rows)])) as MemoryDisk;

async function rebuilt(path: string, disk: MemoryDisk) {
  await using ground = await openGround({ path, storage: new MemoryStorage(disk) });
  await ground.find("needle");
  await ground.settle();
  const answer = await ground.find("needle");
  expect(answer.indexing).toBe(false);
  return shown(answer).toSorted();
}

test.each([
  ["is gone", (path: string) => rmSync(path)],
  ["is no database", (path: string) => writeFileSync(path, "this is no database at all, but long enough to be looked at. ".repeat(40))],
  ["is cut off", (path: string) => writeFileSync(path, readFileSync(path).subarray(0, 5_000))],
  [
    "has a page of nothing",
    (path: string) => {
      const bytes = readFileSync(path);
      bytes.fill(0xff, 100, bytes.length);
      writeFileSync(path, bytes);
    },
  ],
  [
    "is of an older version",
    (path: string) => {
      const db = new Database(path);
      db.run("PRAGMA user_version = 0");
      db.run("DELETE FROM place");
      db.close();
    },
  ],
  [
    "was open when the machine went down",
    (path: string) => {
      const db = new Database(path);
      db.run("INSERT INTO opened VALUES ('another machine start')");
      db.run("DELETE FROM place");
      db.close();
    },
  ],
])("an index that %s is made anew from the log", async (_what, spoil) => {
  await using folder = await tempFolder();
  const path = join(folder.path, "search.db");
  const disk: MemoryDisk = new Map();
  await indexed(path, disk);
  spoil(path);
  expect(await rebuilt(path, disk)).toEqual(["c1 1", "c2 1"]);
});

test("what is no database is kept beside the new index", async () => {
  await using folder = await tempFolder();
  const path = join(folder.path, "search.db");
  writeFileSync(path, "Dear diary, ".repeat(100));
  expect(await rebuilt(path, new Map())).toEqual([]);
  expect(readFileSync(`${path}.damaged`, "utf8")).toMatch(/^Dear diary/);
});

test("a database of something else is left alone, and the search says so", async () => {
  await using folder = await tempFolder();
  const path = join(folder.path, "search.db");
  const other = new Database(path, { create: true });
  other.run("CREATE TABLE mine (x)");
  other.close();
  const before = readFileSync(path);
  await using ground = await openGround({ path });
  await ground.say("c1", "a needle");
  await expect(ground.find("needle")).rejects.toMatchObject({ kind: "unavailable", code: "search/not-ours" });
  expect(readFileSync(path)).toEqual(before);
});

test("the index is for this user alone, like the database", async () => {
  await using folder = await tempFolder();
  const path = join(folder.path, "search.db");
  await using ground = await openGround({ path });
  await ground.say("c1", "a needle");
  await ground.find("needle");
  for (const file of [path, `${path}-wal`]) expect(statSync(file).mode & 0o777, file).toBe(0o600);
});

test("killed at any slice, it goes on where it stood, and holds everything once", async () => {
  await using folder = await tempFolder();
  const disk: MemoryDisk = new Map();
  const messages = 400;
  {
    await using ground = await openGround({ storage: new MemoryStorage(disk) });
    for (let n = 0; n < messages; n++) await ground.say("c1", `needle ${"hay ".repeat(400)}`);
  }
  let path = join(folder.path, "0.db");
  for (let kill = 1; ; kill++) {
    await using ground = await openGround({ path, storage: new MemoryStorage(disk) });
    await ground.clock.advance(500);
    for (let slice = 0; slice < 3 && ground.follower.progress.indexing; slice++) await ground.clock.advance(1);
    if (!ground.follower.progress.indexing) {
      expect(kill).toBeGreaterThan(3);
      expect(ground.follower.index.hits('"needle"', {}).map(({ seq }) => seq)).toHaveLength(messages + 1);
      expect(new Set(ground.follower.index.hits('"needle"', {}).map(({ seq }) => seq)).size).toBe(messages + 1);
      return;
    }
    // What a killed process leaves: the files as they are now.
    const left = join(folder.path, `${kill}.db`);
    for (const end of ["", "-wal"]) copyFileSync(path + end, left + end);
    path = left;
  }
});

test("one process at a time: a second one is told, and the first goes on", async () => {
  await using folder = await tempFolder();
  const path = join(folder.path, "search.db");
  await using first = await openGround({ path });
  await first.say("c1", "a needle");
  await first.find("needle");
  await using second = await openGround({ path });
  await expect(second.find("needle")).rejects.toMatchObject({ kind: "unavailable", code: "search/no-index" });
  expect(shown(await first.find("needle"))).toEqual(["c1 1"]);
});

test("an index whose damage shows in use is made anew, and no search fails of it", async () => {
  await using folder = await tempFolder();
  const path = join(folder.path, "search.db");
  const disk: MemoryDisk = new Map();
  await indexed(path, disk);
  const bytes = readFileSync(path);
  const at = bytes.indexOf("0another");
  writeFileSync(path, bytes.fill(0xff, at - 60, at + 60));
  await using ground = await openGround({ path, storage: new MemoryStorage(disk) });
  expect(await ground.find("needle")).toMatchObject({ results: [], indexing: true });
  await ground.settle();
  expect(shown(await ground.find("needle")).toSorted()).toEqual(["c1 1", "c2 1"]);
});

test("nothing of the log is read again when nothing has changed; what has changed is read from where it stood", async () => {
  await using folder = await tempFolder();
  const path = join(folder.path, "search.db");
  const disk: MemoryDisk = new Map();
  await indexed(path, disk);
  const storage = new MemoryStorage(disk);
  await using ground = await openGround({ path, storage });
  const read: string[] = [];
  const { chunks } = ground.log;
  Object.assign(ground.log, {
    chunks(id: string, window: Parameters<typeof chunks>[1]) {
      read.push(`${id} ${window.sinceSeq}`);
      return chunks(id, window);
    },
  });
  expect(shown(await ground.find("needle"))).toHaveLength(2);
  await ground.settle();
  expect(read).toEqual([]);
  await ground.say("c2", "a third needle");
  expect(shown(await ground.find("third"))).toEqual(["c2 2"]);
  expect(read).toEqual(["c2 0", "c2 1"]);
});

test("an index that is ahead of a log that was put back shows nothing that is not there, and follows the new log", async () => {
  await using folder = await tempFolder();
  const path = join(folder.path, "search.db");
  const disk: MemoryDisk = new Map();
  await indexed(path, disk);
  const backup = copyOf(disk);
  {
    await using ground = await openGround({ path, storage: new MemoryStorage(disk) });
    await ground.clock.advance(1_000);
    await ground.say("c1", "the lost needle");
    await ground.say("c3", "a needle of its own");
    expect(shown(await ground.find("needle"))).toHaveLength(4);
  }
  {
    await using ground = await openGround({ path, storage: new MemoryStorage(backup) });
    expect(shown(await ground.find("needle")).filter((one) => one.startsWith("c3"))).toEqual([]);
    await ground.settle();
    expect(shown(await ground.find("needle")).toSorted()).toEqual(["c1 1", "c2 1"]);
    expect(ground.follower.index.known("c3")).toBeUndefined();
    await ground.say("c1", "written on after the backup");
  }
  await using ground = await openGround({ path, storage: new MemoryStorage(backup) });
  await ground.settle();
  expect(shown(await ground.find("lost"))).toEqual([]);
  expect(shown(await ground.find("written"))).toEqual(["c1 2"]);
});

test("a log that was put back and written on since, with as many messages, is read anew", async () => {
  await using folder = await tempFolder();
  const path = join(folder.path, "search.db");
  const disk: MemoryDisk = new Map();
  await indexed(path, disk);
  const other: MemoryDisk = new Map();
  {
    await using ground = await openGround({ storage: new MemoryStorage(other) });
    await ground.clock.advance(5_000);
    await ground.append("c1", { id: "else", role: "user", parts: [{ chunk: { type: "text", text: "something else" } }] });
  }
  await using ground = await openGround({ path, storage: new MemoryStorage(other) });
  await ground.find("x");
  await ground.settle();
  expect(shown(await ground.find("needle"))).toEqual([]);
  expect(shown(await ground.find("something"))).toEqual(["c1 1"]);
});

test("while it is built it says so and answers with what it has, the latest conversations first", async () => {
  await using folder = await tempFolder();
  const path = join(folder.path, "search.db");
  const disk: MemoryDisk = new Map();
  {
    await using ground = await openGround({ storage: new MemoryStorage(disk) });
    for (let n = 0; n < 5; n++) await ground.say(`c${n}`, "a needle");
  }
  await using ground = await openGround({ path, storage: new MemoryStorage(disk) });
  const first = await ground.find("needle");
  expect(first).toMatchObject({ indexing: true, progress: expect.any(Number) });
  while ((await ground.find("needle")).results.length === 0) await ground.clock.advance(1);
  expect(shown(await ground.find("needle"))[0]).toBe("c4 1");
  await ground.settle();
  const last = await ground.find("needle");
  expect(last.indexing).toBe(false);
  expect(last).not.toHaveProperty("progress");
  expect(last.results).toHaveLength(5);
  expect(existsSync(path)).toBe(true);
});

test("a store that fails for a while delays the index and breaks nothing", async () => {
  await using ground = await openGround();
  await ground.say("c1", "a needle");
  const { list } = ground.log;
  let fails = 2;
  Object.assign(ground.log, {
    list: (filter: Parameters<typeof list>[0]) => (fails-- > 0 ? Promise.reject(new Error("the disk is away")) : list(filter)),
  });
  await ground.clock.advance(500);
  await ground.clock.advance(90_000);
  await ground.settle();
  expect(shown(await ground.find("needle"))).toEqual(["c1 1"]);
});

test("what is not in the log is not shown, whatever the index holds", async () => {
  await using ground = await openGround();
  await ground.say("c1", "a needle");
  expect(shown(await ground.find("needle"))).toEqual(["c1 1"]);
  Object.assign(ground.log, { record: async () => undefined });
  expect(shown(await ground.find("needle"))).toEqual([]);
});
