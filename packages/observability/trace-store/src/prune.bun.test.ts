import { Database } from "bun:sqlite";
import { randomBytes } from "node:crypto";
import { statSync } from "node:fs";
import { bodyHash, type JournalRecord } from "@dispatch/journal-sink/record";
import { expect, test } from "vitest";
import { openTraceStore, type TraceStore } from "./index.ts";
import { log } from "./records.fixture.ts";
import { tempFolder } from "./temp-folder.fixture.ts";

const dayMs = 24 * 60 * 60 * 1_000;
const now = 100 * dayMs;
const limits = { ageMs: 7 * dayMs, bodyBytesMax: 1_000_000 };
const open = (path: string) => openTraceStore(path, { now: () => now });

const dated = (days: number, body?: string): JournalRecord =>
  log({ timestamp: now - days * dayMs, msg: `${days} days`, turnId: "t", ...(body === undefined ? {} : { body }) });
const left = (store: TraceStore) => store.turn("t").map((record) => record.kind === "log" && record.msg);

test("records older than the limit go, with the bodies that only they had", async () => {
  using folder = tempFolder();
  await using store = await open(folder.file("t.db"));
  store.insert([dated(8, "old"), dated(7.5, "shared"), dated(6, "shared"), dated(0, "new"), dated(-3, "from a clock that ran ahead")]);
  expect(store.prune(limits)).toEqual({ removed: 3, done: true });
  expect(left(store)).toEqual(["6 days", "0 days", "-3 days"]);
  expect(["old", "shared", "new"].map((text) => store.bodyByHash(bodyHash(text)))).toEqual([undefined, "shared", "new"]);
  expect([store.prune(limits), store.check()]).toEqual([{ removed: 0, done: true }, []]);
});

test("bodies beyond the limit go, those first that no record has had for the longest time; their records stay", async () => {
  using folder = tempFolder();
  await using store = await open(folder.file("t.db"));
  store.insert([5, 4, 3, 2, 1].map((days) => dated(days, `body of day ${days}`)));
  // The oldest is used again, and a record of an earlier day comes late.
  store.insert([dated(0, "body of day 5"), log({ timestamp: now - 6 * dayMs, body: "body of day 2", msg: "late" })]);
  const each = "body of day 5".length;
  store.prune({ ...limits, bodyBytesMax: 3 * each + 5 });
  expect([5, 4, 3, 2, 1].filter((days) => store.bodyByHash(bodyHash(`body of day ${days}`)) !== undefined)).toEqual([5, 2, 1]);
  expect(store.stats()).toEqual({ records: 7, bodies: 3, bytes: 3 * each });
  const [evicted] = store.turn("t").filter((record) => record.kind === "log" && record.msg === "4 days");
  expect(evicted).toMatchObject({ bodyHash: bodyHash("body of day 4") });
  expect(evicted).not.toHaveProperty("bodySizeBytes");
  expect(store.body(evicted?.id ?? "")).toBeUndefined();
});

test("an evicted body that is told again is there again", async () => {
  using folder = tempFolder();
  await using store = await open(folder.file("t.db"));
  store.insert([dated(2, "text")]);
  store.prune({ ...limits, bodyBytesMax: 0 });
  expect(store.bodyByHash(bodyHash("text"))).toBeUndefined();
  store.insert([dated(1, "text")]);
  expect(store.bodyByHash(bodyHash("text"))).toBe("text");
});

test("what is known by the hash that it had before it was masked goes with its body", async () => {
  using folder = tempFolder();
  await using store = await open(folder.file("t.db"));
  store.insert([log({ timestamp: 0, body: "***", attributes: { "body.hash": "f".repeat(64) } })]);
  expect(store.bodyByHash("f".repeat(64))).toBe("***");
  store.prune(limits);
  using db = new Database(folder.file("t.db"), { readonly: true });
  expect(db.query("SELECT count(*) AS n FROM masked").get()).toEqual({ n: 0 });
});

test("records beyond their number go, the first that came first, whatever their date", async () => {
  using folder = tempFolder();
  await using store = await open(folder.file("t.db"));
  store.insert([dated(-900, "a"), dated(1), dated(3), dated(2)]);
  expect(store.prune({ ...limits, recordsMax: 2 }).removed).toBe(3);
  expect(left(store)).toEqual(["3 days", "2 days"]);
});

// Reaches sliceRowsMax.
test("much is removed in slices, as many as are asked for, and the disk gets its room back", async () => {
  using folder = tempFolder();
  await using store = await open(folder.file("t.db"));
  const bulk = Array.from({ length: 9_000 }, (_, n) => log({ timestamp: n, msg: `${n}`, body: `${n} ${"x".repeat(900)}` }));
  store.insert(bulk);
  expect(store.prune({ ...limits, rowsMax: 3_000 })).toEqual({ removed: 4_000, done: false });
  while (!store.prune({ ...limits, rowsMax: 3_000 }).done);
  expect(store.stats()).toEqual({ records: 0, bodies: 0, bytes: 0 });
  for (let n = 0; n < 5; n++) store.prune(limits);
  await store[Symbol.asyncDispose]();
  expect(statSync(folder.file("t.db")).size).toBeLessThan(300_000);
});

test("a reader sees one state throughout its question, and neither it nor the writer waits for the other", async () => {
  using folder = tempFolder();
  await using store = await open(folder.file("t.db"));
  store.insert(Array.from({ length: 3_000 }, (_, n) => log({ timestamp: n, msg: `${n}`, turnId: "t", body: `text ${n}` })));
  await using reader = await openTraceStore(folder.file("t.db"), { readonly: true });
  using held = new Database(folder.file("t.db"), { readonly: true });
  held.run("BEGIN");
  const count = () => held.query<{ n: number }, []>("SELECT count(*) AS n FROM records").get()?.n;
  expect(count()).toBe(3_000);
  const rows = held.query<{ msg: string }, []>("SELECT msg FROM records ORDER BY rowid").iterate();
  rows.next();
  store.prune(limits);
  store.insert([log({ timestamp: now, msg: "meanwhile" })]);
  expect([...rows]).toHaveLength(2_999);
  expect(count()).toBe(3_000);
  held.run("COMMIT");
  expect([count(), reader.stats().records, reader.check()]).toEqual([1, 1, []]);
});

// Reaches freePagesMax.
test("the disk gets back 500 pages at a time", async () => {
  using folder = tempFolder();
  await using store = await open(folder.file("t.db"));
  const body = () => randomBytes(500_000).toString("base64");
  store.insert(Array.from({ length: 40 }, (_, n) => log({ timestamp: n, msg: `${n}`, body: body() })));
  using look = new Database(folder.file("t.db"), { readonly: true });
  const free = () => look.query<{ freelist_count: number }, []>("PRAGMA freelist_count").get()?.freelist_count ?? 0;
  store.prune(limits);
  const left = free();
  expect(left).toBeGreaterThan(500);
  store.prune(limits);
  expect(left - free()).toBe(500);
});
