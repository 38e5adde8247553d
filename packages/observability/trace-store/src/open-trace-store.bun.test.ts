import { Database } from "bun:sqlite";
import { existsSync, readdirSync, readFileSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { bodyHash } from "@dispatch/journal-sink/record";
import { expect, test } from "vitest";
import { openTraceStore, TraceStoreError } from "./index.ts";
import { log, turnOf } from "./records.fixture.ts";
import { tempFolder } from "./temp-folder.fixture.ts";

async function filled(path: string): Promise<void> {
  await using store = await openTraceStore(path);
  for (let n = 0; n < 20; n++) store.insert(turnOf(`t${n}`, { steps: 50 }));
}

test("a file that is no database is set aside as it was, with a sentence, and an empty one begun", async () => {
  for (const content of ["short", "this is no database, and was never one".repeat(100)]) {
    using folder = tempFolder();
    const path = folder.file("t.db");
    writeFileSync(path, content);
    const told: string[] = [];
    await using store = await openTraceStore(path, { complain: (text) => told.push(text), now: () => 1_234 });
    expect(store.insert(turnOf("t1")).inserted).toBe(4);
    expect(readFileSync(`${path}.damaged-1234`, "utf8")).toBe(content);
    expect(told).toEqual([expect.stringContaining(`${path}.damaged-1234`)]);
  }
});

test("an empty file, and one that was cut to nothing, is begun anew", async () => {
  using folder = tempFolder();
  writeFileSync(folder.file("t.db"), "");
  await using store = await openTraceStore(folder.file("t.db"), { complain: (text) => expect.fail(text) });
  expect(store.insert(turnOf("t1")).inserted).toBe(4);
});

test("wherever a file is damaged, what reads it all finds it, sets it aside and begins anew", async () => {
  using folder = tempFolder();
  const path = folder.file("t.db");
  await filled(path);
  const sound = readFileSync(path);
  const pageBytes = sound.readUInt16BE(16);
  const pages = sound.length / pageBytes;
  for (let page = 0; page < pages; page += Math.ceil(pages / 12)) {
    const broken = Buffer.from(sound);
    broken.fill(0x5a, page * pageBytes + (page === 0 ? 100 : 0), (page + 1) * pageBytes);
    writeFileSync(path, broken);
    const told: string[] = [];
    await using store = await openTraceStore(path, { verify: true, complain: (text) => told.push(text), now: () => page });
    expect([told.length, store.stats().records, store.check()]).toEqual([1, 0, []]);
  }
  writeFileSync(path, sound);
  truncateSync(path, sound.length - 3 * pageBytes);
  await using store = await openTraceStore(path, { verify: true });
  expect(store.stats().records).toBe(0);
});

// Reaches setAsideMax.
test("of files that were set aside the newest three are kept", async () => {
  using folder = tempFolder();
  for (const now of [1, 2, 3, 4, 10]) {
    writeFileSync(folder.file("t.db"), "nonsense");
    await (await openTraceStore(folder.file("t.db"), { now: () => 1_000 + now }))[Symbol.asyncDispose]();
  }
  const kept = readdirSync(folder.path).filter((name) => name.includes("damaged"));
  expect(kept.sort()).toEqual(["t.db.damaged-1003", "t.db.damaged-1004", "t.db.damaged-1010"]);
});

test("a sound file is verified without a word", async () => {
  using folder = tempFolder();
  await filled(folder.file("t.db"));
  await using store = await openTraceStore(folder.file("t.db"), { verify: true, complain: (text) => expect.fail(text) });
  expect([store.stats().records, store.check()]).toEqual([20 * 102, []]);
});

test("who only reads creates and changes nothing, and is told why when there is nothing to read", async () => {
  using folder = tempFolder();
  const path = folder.file("t.db");
  const reading = () => openTraceStore(path, { readonly: true });
  await expect(reading()).rejects.toMatchObject({ code: "trace-store/missing", message: expect.stringContaining(path) });
  expect(existsSync(path)).toBe(false);
  writeFileSync(path, "this is no database, and was never one".repeat(100));
  await expect(reading()).rejects.toMatchObject({ code: "trace-store/damaged" });
  writeFileSync(path, "short");
  await expect(reading()).rejects.toBeInstanceOf(TraceStoreError);
  expect(readdirSync(folder.path)).toEqual(["t.db"]);
});

test("the database of another program, and one of a newer Dispatch, are refused and left as they are", async () => {
  using folder = tempFolder();
  const path = folder.file("t.db");
  using other = new Database(path, { create: true });
  other.run("CREATE TABLE theirs (a)");
  for (const readonly of [false, true])
    await expect(openTraceStore(path, { readonly })).rejects.toMatchObject({ code: "trace-store/not-ours" });
  expect(other.query("SELECT name FROM sqlite_schema").all()).toEqual([{ name: "theirs" }]);
  const newer = folder.file("newer.db");
  await filled(newer);
  using db = new Database(newer);
  db.run("PRAGMA user_version = 99");
  for (const readonly of [false, true])
    await expect(openTraceStore(newer, { readonly })).rejects.toMatchObject({ code: "trace-store/newer-schema" });
});

/** As earlier versions wrote it: bodies by the id of their record, and no hash in the records. */
function writeOld(path: string, key: string): void {
  using db = new Database(path, { create: true });
  db.run(
    `CREATE TABLE records (id TEXT PRIMARY KEY, kind TEXT NOT NULL, level TEXT, msg TEXT, name TEXT, spanId TEXT, parentSpanId TEXT, conversationId TEXT,
      turnId TEXT, extensionId TEXT, timestamp INTEGER NOT NULL, durationMs INTEGER, status TEXT, attributes TEXT, links TEXT)`,
  );
  db.run(
    `CREATE TABLE bodies (${key} TEXT PRIMARY KEY, body BLOB NOT NULL, isCompressed INTEGER, originalSize INTEGER, storedSize INTEGER)`,
  );
  const text = "the system prompt ".repeat(100);
  const packed = gzipSync(text);
  for (const [id, timestamp] of [
    ["a", 5],
    ["b", 9],
    ["c", 7],
  ] as const) {
    db.query("INSERT INTO records (id, kind, level, msg, turnId, timestamp) VALUES (?, 'log', 'info', ?, 't', ?)").run(
      id,
      `m${id}`,
      timestamp,
    );
    if (id === "c") db.query("INSERT INTO bodies VALUES (?, ?, 0, 5, 5)").run(id, Buffer.from("plain"));
    else db.query("INSERT INTO bodies VALUES (?, ?, 1, ?, ?)").run(id, packed, text.length, packed.length);
  }
  db.query("INSERT INTO bodies VALUES ('gone', ?, 0, 6, 6)").run(Buffer.from("orphan"));
}

test("an older file is brought up to date: equal bodies become one, what no record has goes, and the file can shrink", async () => {
  for (const key of ["recordId", "id"]) {
    using folder = tempFolder();
    const path = folder.file("t.db");
    writeOld(path, key);
    await expect(openTraceStore(path, { readonly: true })).rejects.toMatchObject({ code: "trace-store/older-schema" });
    {
      await using store = await openTraceStore(path);
      const text = "the system prompt ".repeat(100);
      expect(store.turn("t").map(({ id, bodyHash: hash }) => [id, hash])).toEqual([
        ["a", bodyHash(text)],
        ["c", bodyHash("plain")],
        ["b", bodyHash(text)],
      ]);
      expect([store.body("b"), store.body("c"), store.stats().bodies, store.check()]).toEqual([text, "plain", 2, []]);
      expect(store.insert([log({ turnId: "t", timestamp: 20, body: text })]).inserted).toBe(1);
    }
    using db = new Database(path, { readonly: true });
    expect(db.query("PRAGMA auto_vacuum").get()).toEqual({ auto_vacuum: 2 });
    expect(db.query("SELECT lastUsed FROM bodies ORDER BY lastUsed").all()).toEqual([{ lastUsed: 7 }, { lastUsed: 20 }]);
    await using again = await openTraceStore(path, { readonly: true });
    expect(again.stats().records).toBe(4);
  }
});

test("traces are for this user alone", async () => {
  using folder = tempFolder();
  await using store = await openTraceStore(folder.file("new/t.db"));
  store.insert(turnOf("t1"));
  for (const name of readdirSync(folder.file("new"))) expect(statSync(folder.file(`new/${name}`)).mode & 0o077).toBe(0);
});

/** A megabyte in its row: attributes are not compressed. */
const large = (n: number) => log({ timestamp: n, msg: `${n}`, attributes: { text: "x".repeat(1_000_000) } });
const walBytes = (path: string) => statSync(`${path}-wal`).size;

// Reaches walPagesMax.
test("the write-ahead log moves into the file when it has 3,000 pages", async () => {
  using folder = tempFolder();
  const path = folder.file("t.db");
  await using store = await openTraceStore(path);
  for (let n = 0; n < 60; n++) store.insert([large(n)]);
  expect(walBytes(path)).toBeGreaterThan(49_000_000);
  expect(walBytes(path)).toBeLessThan(52_000_000);
});

// Reaches walBytesMax.
test("a write-ahead log that one insert made larger is cut back to 64 MiB", async () => {
  using folder = tempFolder();
  const path = folder.file("t.db");
  await using store = await openTraceStore(path);
  store.insert(Array.from({ length: 75 }, (_, n) => large(n)));
  expect(walBytes(path)).toBeGreaterThan(70_000_000);
  store.insert([large(1_000)]);
  expect(walBytes(path)).toBeLessThanOrEqual(64 * 1024 * 1024);
});

// Reaches problemsMax.
test("of a file with many faults a hundred are told", async () => {
  using folder = tempFolder();
  const path = folder.file("t.db");
  {
    await using store = await openTraceStore(path);
    store.insert(Array.from({ length: 300 }, (_, n) => log({ timestamp: n + 1, msg: `${n}` })));
  }
  // Now the schema says that the index is of another column, and every row is missing from it.
  const bytes = readFileSync(path);
  const index = "records_timestamp ON records (timestamp)";
  bytes.write(index.replace("(timestamp)", "(spanId   )"), bytes.indexOf(index));
  writeFileSync(path, bytes);
  await using store = await openTraceStore(path);
  expect(store.check()).toHaveLength(100);
});
