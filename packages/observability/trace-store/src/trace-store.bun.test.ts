import { Database } from "bun:sqlite";
import { recordId } from "@dispatch/journal-sink/record";
import { expect, test } from "vitest";
import { openTraceStore } from "./index.ts";
import { close, log, open, turnOf } from "./records.fixture.ts";
import { tempFolder } from "./temp-folder.fixture.ts";

test("a turn reads as the journal told it, by time and then in the journal's order", async () => {
  using folder = tempFolder();
  await using store = await openTraceStore(folder.file("t.db"));
  const late = log({ turnId: "t1", timestamp: 900, msg: "written last, dated first", level: "warn" });
  const records = [...turnOf("t1", { steps: 2 }), log({ turnId: "t1", timestamp: 1_002 }), late];
  expect(store.insert(records)).toEqual({ inserted: records.length, refused: 0 });
  const inOrder = records.map((record) => ({ ...record, id: recordId(record) })).sort((a, b) => a.timestamp - b.timestamp);
  expect(store.turn("t1")).toEqual(inOrder);
  expect(store.turn("t2")).toEqual([]);
});

test("what is inserted twice is there once, and so is its body", async () => {
  using folder = tempFolder();
  await using store = await openTraceStore(folder.file("t.db"));
  const records = turnOf("t1").map((record) => ({ ...record, body: "one text" }));
  expect(store.insert(records).inserted).toBe(4);
  expect(store.insert([...records, ...records]).inserted).toBe(0);
  expect(store.stats()).toEqual({ records: 4, bodies: 1, bytes: 8 });
});

test("an insert that fails half-way leaves neither rows nor progress", async () => {
  using folder = tempFolder();
  await using store = await openTraceStore(folder.file("t.db"));
  const progress = { journal: "/j", inode: "1", generation: "0:", offset: 10 };
  store.insert([log({ msg: "before" })], progress);
  const breaks = function* () {
    yield log({ msg: "lost" });
    throw new Error("cut");
  };
  expect(() => store.insert(breaks(), { ...progress, offset: 20 })).toThrow("cut");
  expect([store.stats().records, store.progress("/j")]).toEqual([1, [progress]]);
  expect(store.progress("/other")).toEqual([]);
  store.forget("/j", ["1"]);
  expect(store.progress("/j")).toEqual([]);
});

// Reaches plainBytesMax.
test("a body is compressed when it is long and shrinks, and reads as it was written in every case", async () => {
  using folder = tempFolder();
  await using store = await openTraceStore(folder.file("t.db"));
  const noise = Array.from({ length: 3_000 }, (_, n) => String.fromCharCode(33 + ((n * 7919 + n * n * 31) % 90))).join("");
  const bodies = ["", "a".repeat(1_024), "a".repeat(1_025), noise, "\ufeffwith a mark, ünï, \u0000 and 🎈".repeat(100)];
  store.insert(bodies.map((body, n) => log({ msg: `m${n}`, body })));
  const ids = bodies.map((body, n) => recordId(log({ msg: `m${n}`, body })));
  expect(ids.map((id) => store.body(id))).toEqual(bodies);
  using db = new Database(folder.file("t.db"), { readonly: true });
  const rows = db.query("SELECT isCompressed, originalSize, storedSize, length(body) AS really FROM bodies ORDER BY rowid").all() as {
    [column: string]: number;
  }[];
  expect(rows.map(({ isCompressed }) => isCompressed)).toEqual([0, 0, 1, 1, 1]);
  expect(rows.every(({ storedSize, really }) => storedSize === really)).toBe(true);
  expect(rows.map(({ originalSize }) => originalSize)).toEqual(bodies.map((body) => Buffer.byteLength(body)));
});

test("a text whose secrets were masked is found by the hash that it had before", async () => {
  using folder = tempFolder();
  await using store = await openTraceStore(folder.file("t.db"));
  const before = "f".repeat(64);
  store.insert([log({ body: "key is ***", attributes: { "body.hash": before } })]);
  expect(store.bodyByHash(before)).toBe("key is ***");
  expect(store.bodyByHash("e".repeat(64))).toBeUndefined();
});

test("turns are listed newest first, with how they ended; running ones and those whose opening was lost are among them", async () => {
  using folder = tempFolder();
  await using store = await openTraceStore(folder.file("t.db"));
  const running = turnOf("t3", { at: 3_000, conversationId: "c2" }).slice(0, 2);
  store.insert([...turnOf("t1"), ...turnOf("t2", { at: 2_000 }).slice(1), ...running]);
  const list = store.turns({ limit: 10 });
  expect(list.map(({ turnId, startedAt, durationMs, status }) => [turnId, startedAt, durationMs, status])).toEqual([
    ["t3", 3_000, undefined, undefined],
    ["t2", 2_000, 3, "ok"],
    ["t1", 1_000, 3, "ok"],
  ]);
  expect(list[2]?.attributes).toEqual({ finishReason: "stop", model: "demo/echo" });
  const ids = (filter: Parameters<typeof store.turns>[0]) => store.turns(filter).map(({ turnId }) => turnId);
  expect(ids({ limit: 1 })).toEqual(["t3"]);
  expect(ids({ limit: 5, before: 2_000 })).toEqual(["t1"]);
  expect(ids({ limit: 5, conversationId: "c2" })).toEqual(["t3"]);
  expect(ids({ limit: 5, since: 2_000 })).toEqual(["t3", "t2"]);
});

test("of turns that have ended, the longest come first, and those that failed are told apart", async () => {
  using folder = tempFolder();
  await using store = await openTraceStore(folder.file("t.db"));
  const failed = close({ turnId: "bad", spanId: "bad", status: "error", durationMs: 1, timestamp: 9_000 });
  store.insert([...turnOf("short"), ...turnOf("long", { at: 2_000, steps: 4 }), ...turnOf("open", { at: 3_000 }).slice(0, 2), failed]);
  const ids = (filter: Parameters<typeof store.turns>[0]) => store.turns(filter).map(({ turnId }) => turnId);
  expect(ids({ limit: 5, order: "slowest" })).toEqual(["long", "short", "bad"]);
  expect(ids({ limit: 5, order: "slowest", since: 2_000, before: 9_000 })).toEqual(["long"]);
  expect(ids({ limit: 5, failed: true })).toEqual(["bad"]);
});

test("the slowest spans come first, errors newest first, and a span with all that was recorded of it", async () => {
  using folder = tempFolder();
  await using store = await openTraceStore(folder.file("t.db"));
  const spans = [7, 300, 20].map((durationMs, n) =>
    close({ spanId: `s${n}`, name: n === 2 ? "prompt" : "step", durationMs, timestamp: n }),
  );
  const failed = close({ spanId: "bad", status: "error", timestamp: 5 });
  const told = log({ level: "error", msg: "broken", spanId: "bad", timestamp: 6 });
  store.insert([...spans, open({ spanId: "bad", timestamp: 4 }), failed, told, log({ level: "warn" })]);
  expect(store.slow({ limit: 2 }).map((record) => record.kind === "span-close" && record.durationMs)).toEqual([300, 20]);
  expect(store.slow({ limit: 9, name: "step", since: 1 }).map(({ spanId }) => spanId)).toEqual(["s1"]);
  expect(store.errors({ limit: 9 }).map(({ kind }) => kind)).toEqual(["log", "span-close"]);
  expect(store.errors({ limit: 9, before: 6 }).map(({ kind }) => kind)).toEqual(["span-close"]);
  expect(store.span("bad").map(({ kind }) => kind)).toEqual(["span-open", "span-close", "log"]);
});

test("a record that is nested too deeply is refused, and those beside it are kept", async () => {
  using folder = tempFolder();
  await using store = await openTraceStore(folder.file("t.db"));
  let deep: unknown = 1;
  for (let n = 0; n < 200_000; n++) deep = [deep];
  const bad = { ...log(), extra: deep };
  expect(store.insert([log({ msg: "a" }), bad, log({ msg: "b" })])).toEqual({ inserted: 2, refused: 1 });
});

test("the indexes serve what is asked", async () => {
  using folder = tempFolder();
  await using store = await openTraceStore(folder.file("t.db"));
  store.insert(turnOf("t1"));
  using db = new Database(folder.file("t.db"), { readonly: true });
  const plan = (sql: string) =>
    db
      .query<{ detail: string }, []>(`EXPLAIN QUERY PLAN ${sql}`)
      .all()
      .map(({ detail }) => detail)
      .join(" ");
  const uses = {
    records_turn: "SELECT * FROM records r WHERE r.turnId = 'x' ORDER BY r.timestamp, r.rowid",
    records_span: "SELECT * FROM records r WHERE r.spanId = 'x'",
    records_errors:
      "SELECT * FROM records r WHERE (r.status = 'error' OR r.level = 'error') AND r.timestamp >= 1 ORDER BY r.timestamp DESC",
    records_turns: "SELECT * FROM records r WHERE r.name = 'turn' AND r.timestamp < 9 ORDER BY r.timestamp DESC",
    records_conversation:
      "SELECT * FROM records r WHERE r.name = 'turn' AND r.conversationId = 'c' AND r.timestamp < 9 ORDER BY r.timestamp DESC",
    records_timestamp: "SELECT rowid FROM records WHERE timestamp < 9 ORDER BY timestamp LIMIT 5",
    records_body: "SELECT 1 FROM records WHERE bodyHash = 'h'",
    bodies_age: "SELECT sum(storedSize) FROM bodies",
  };
  for (const [index, sql] of Object.entries(uses)) expect(plan(sql)).toContain(index);
});
