import { readdirSync, readFileSync, statSync } from "node:fs";
import { appendFile, mkdir, mkdtemp, readdir, readFile, rename, rm, stat, symlink, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { errorAttributes, type JournalOptions, openJournal, waitingBytesMax } from "./index.ts";
import { messages, testJournal } from "./journal.fixture.ts";

test("messages and spans are lines with the protocol's fields, in order, and what does not apply is absent", async () => {
  await using it = await testJournal();
  const { log } = it.journal;
  log.info("started");
  const desk = log.named("desk");
  desk.warn("slow", { ms: 12, why: null }, { conversationId: "c", turnId: "t", parentSpanId: "p", body: "whole" });
  const span = desk.span("turn", { model: "m", step: 1 }, { turnId: "t", body: "prompt" });
  it.clock.jump(-500);
  await it.clock.advance(3);
  span.end("error", { step: 2, finishReason: "stop" });
  span.end("ok");
  await it.journal.flush();
  expect(span.spanId).toMatch(/^[0-9a-f]{16}$/);
  const common = { extensionId: "desk", turnId: "t" };
  const { spanId } = span;
  expect(await it.records()).toStrictEqual([
    { extensionId: "host-bin", kind: "log", level: "info", msg: "started", timestamp: 1_000 },
    {
      ...common,
      attributes: { ms: 12, why: null },
      body: "whole",
      conversationId: "c",
      kind: "log",
      level: "warn",
      msg: "slow",
      parentSpanId: "p",
      timestamp: 1_000,
    },
    { ...common, attributes: { model: "m", step: 1 }, body: "prompt", kind: "span-open", name: "turn", spanId, timestamp: 1_000 },
    {
      ...common,
      attributes: { model: "m", step: 2, finishReason: "stop" },
      durationMs: 3,
      kind: "span-close",
      name: "turn",
      spanId,
      status: "error",
      timestamp: 503,
    },
  ]);
  expect(it.journal.stats()).toMatchObject({ written: 4, dropped: 0, waiting: 0 });
});

test("no two spans have one id", async () => {
  await using it = await testJournal();
  await using other = await testJournal();
  const ids = [it, it, other].map(({ journal }) => journal.log.span("a").spanId);
  expect(new Set(ids).size).toBe(3);
});

test("an error among the attributes is its message and stack, other objects are their JSON, and nothing that callers hand over throws", async () => {
  await using it = await testJournal();
  // As code without types does it.
  const log = it.journal.log as unknown as { info(...given: readonly unknown[]): void };
  const thrown = new Error("no luck");
  const loop: { self?: unknown } = {};
  loop.self = loop;
  const hostile = {
    get bad() {
      throw thrown;
    },
  };
  log.info("a", { thrown, list: [1], none: undefined, loop, f: () => 1, big: 1n });
  log.info("b", hostile);
  log.info("c", null, null);
  log.info(Symbol("d"));
  log.info("e", {}, { body: { not: "text" } });
  const reused = { count: 1 };
  log.info("f", reused);
  reused.count = 2;
  await it.journal.flush();
  const [first, ...more] = (await it.lines()).map((line) => JSON.parse(line));
  expect(first.attributes).toEqual({ ...errorAttributes(thrown), list: "[1]", loop: "[object Object]", f: "() => 1", big: "1" });
  expect(more.map(({ msg, attributes }) => [msg, attributes])).toEqual([
    ["c", undefined],
    ["e", {}],
    ["f", { count: 1 }],
  ]);
  expect(it.journal.stats()).toMatchObject({ written: 4, dropped: 2 });
  expect((await it.records())[2]?.body).toBe("[object Object]");
});

test("records that come together are one write, and each is there after a flush", async () => {
  await using it = await testJournal();
  for (let count = 0; count < 10_000; count += 1) it.journal.log.debug("tick", { count });
  expect(it.journal.stats().waiting).toBe(10_000);
  await it.journal.flush();
  expect((await it.records()).map(({ attributes }) => attributes?.count)).toEqual(Array.from({ length: 10_000 }, (_, count) => count));
  expect(it.journal.stats().writeMs.buckets.at(-1)?.count).toBeLessThan(100);
});

test("without a flush a record is written within a few milliseconds", async () => {
  await using it = await testJournal();
  it.journal.log.info("soon");
  await it.clock.untilSleeping(1);
  await it.clock.advance(20);
  await expect.poll(() => it.lines()).toHaveLength(1);
});

test("a segment that the next line would fill takes a number, also twice in one batch", async () => {
  await using it = await testJournal({ segmentBytesMax: 1_000 });
  for (let count = 0; count < 30; count += 1) it.journal.log.info("x".repeat(100), { count });
  await it.journal.flush();
  const files = (await readdir(join(it.folder, "journal"))).sort();
  expect(files.length).toBeGreaterThan(4);
  expect(files.slice(0, 3)).toEqual(["app.ndjson", "app.ndjson.1", "app.ndjson.2"]);
  const numbered = files.slice(1).map((file) => join(it.folder, "journal", file));
  for (const file of [it.path, ...numbered]) expect((await stat(file)).size).toBeLessThanOrEqual(1_000);
  const all = (await Promise.all([...numbered, it.path].map((file) => it.records(file)))).flat();
  expect(all.map(({ attributes }) => attributes?.count)).toEqual(Array.from({ length: 30 }, (_, count) => count));
});

test("a line that is larger than a segment has one for itself", async () => {
  await using it = await testJournal({ segmentBytesMax: 500 });
  for (const msg of ["a", "b".repeat(2_000), "c"]) it.journal.log.info(msg);
  await it.journal.flush();
  const sizes = await Promise.all([`${it.path}.1`, `${it.path}.2`, it.path].map(async (file) => (await it.records(file)).length));
  expect(sizes).toEqual([1, 1, 1]);
});

// Reaches segmentsMax.
test("numbers count on from the highest, and the oldest beyond twenty are deleted", async () => {
  await using it = await testJournal({ segmentBytesMax: 100 });
  for (const name of ["app.ndjson.7", "app.ndjson.9", "app.ndjson.collector-offset", "app.ndjson.07", "other.ndjson.50"])
    await writeFile(join(it.folder, "journal", name), "");
  for (let count = 0; count < 20; count += 1) it.journal.log.info(`${count}`);
  await it.journal.flush();
  const files = new Set(await readdir(join(it.folder, "journal")));
  const numbers = Array.from({ length: 20 }, (_, index) => `app.ndjson.${index + 9}`);
  expect([...files].sort()).toEqual(["app.ndjson", "app.ndjson.07", "app.ndjson.collector-offset", "other.ndjson.50", ...numbers].sort());
});

test("a segment is rotated when it is old, whatever the wall clock does", async () => {
  await using it = await testJournal({ segmentAgeMs: 60_000 });
  it.journal.log.info("first");
  await it.journal.flush();
  it.clock.jump(3_600_000);
  it.journal.log.info("jumped on");
  await it.journal.flush();
  it.clock.jump(-7_200_000);
  it.journal.log.info("jumped back");
  await it.journal.flush();
  expect(await readdir(join(it.folder, "journal"))).toEqual(["app.ndjson"]);
  await it.clock.advance(60_000);
  it.journal.log.info("later");
  await it.journal.flush();
  expect(messages(await it.records())).toEqual(["later"]);
  expect(messages(await it.records(`${it.path}.1`))).toEqual(["first", "jumped on", "jumped back"]);
});

test("a line that a killed server left behind is ended, so that the next stands alone", async () => {
  await using it = await testJournal();
  await appendFile(it.path, '{"kind":"lo');
  await it.journal.reopen();
  it.journal.log.info("next");
  await it.journal.flush();
  const [torn, next, ...more] = await it.lines();
  expect([torn, JSON.parse(next ?? "").msg, more]).toEqual(['{"kind":"lo', "next", []]);
});

test("a journal whose file is deleted, renamed or emptied goes on in the file that the path names", async () => {
  await using it = await testJournal({ segmentBytesMax: 400 });
  const tell = async (msg: string) => {
    await it.clock.advance(250);
    it.journal.log.info(msg);
    await it.journal.flush();
  };
  await tell("one");
  await rm(it.path);
  await tell("two");
  expect(messages(await it.records())).toEqual(["two"]);
  await rename(it.path, join(it.folder, "moved"));
  await tell("three");
  expect(messages(await it.records())).toEqual(["three"]);
  await truncate(it.path);
  for (const msg of ["four", "five", "six"]) await tell(msg);
  expect(messages(await it.records())).toEqual(["four", "five", "six"]);
  await rm(join(it.folder, "journal"), { recursive: true });
  await tell("seven");
  expect(messages(await it.records())).toEqual(["seven"]);
  await rename(it.path, join(it.folder, "at-once"));
  await it.journal.reopen();
  expect(await it.lines()).toEqual([]);
  expect([it.journal.stats().dropped, it.complaints]).toEqual([0, []]);
});

test("a path that cannot be a journal costs one complaint; what is dropped is counted, and told once it can be written", async () => {
  await using it = await testJournal({ at: "journal" });
  expect(it.complaints).toEqual([]);
  await using blocked = await testJournal({ path: it.folder });
  expect(blocked.complaints).toEqual([expect.stringContaining(`The journal ${it.folder} cannot be written (EISDIR`)]);
  for (let count = 0; count < 5; count += 1) {
    blocked.journal.log.info("lost");
    await blocked.clock.advance(1_000);
    await blocked.journal.flush();
  }
  expect(blocked.complaints).toHaveLength(1);
  expect(blocked.journal.stats()).toMatchObject({ written: 0, dropped: 5, waiting: 0 });
});

test("an outage ends when its cause does, and the next one is another", async () => {
  await using it = await testJournal({ at: "deep/journal/app.ndjson" });
  const block = async () => {
    await rm(join(it.folder, "deep"), { recursive: true });
    await writeFile(join(it.folder, "deep"), "a file where a folder should be");
  };
  const tell = async (msg: string) => {
    await it.clock.advance(1_000);
    it.journal.log.info(msg);
    await it.journal.flush();
  };
  await block();
  await tell("lost");
  await tell("lost too");
  await rm(join(it.folder, "deep"));
  await tell("kept");
  await it.journal.flush();
  expect(messages(await it.records())).toEqual(["kept", "records-dropped"]);
  expect((await it.records())[1]?.attributes).toEqual({ count: 2 });
  await block();
  await tell("lost again");
  expect(it.complaints).toHaveLength(2);
  expect(it.journal.stats()).toMatchObject({ written: 2, dropped: 3 });
});

/** By a link, so that a journal which renames what it should not takes no device from the machine. */
async function onDevice(device: string, options: Partial<JournalOptions> = {}) {
  const folder = await mkdtemp(join(tmpdir(), "dispatch-device-"));
  const path = join(folder, "app.ndjson");
  await symlink(device, path);
  const it = await testJournal({ path, ...options });
  return {
    ...it,
    left: () => readdir(folder),
    async [Symbol.asyncDispose]() {
      await it[Symbol.asyncDispose]();
      await rm(folder, { recursive: true });
    },
  };
}

test("a full disk drops what it refuses", async () => {
  await using it = await onDevice("/dev/full");
  it.journal.log.info("lost");
  await it.journal.flush();
  expect(it.complaints).toEqual([expect.stringContaining("ENOSPC")]);
  expect(it.journal.stats()).toMatchObject({ written: 0, dropped: 1 });
});

test("devices are written and never renamed", async () => {
  await using it = await onDevice("/dev/null", { segmentBytesMax: 10, segmentAgeMs: 1 });
  for (const msg of ["a", "b"]) {
    it.journal.log.info(msg);
    await it.clock.advance(1_000);
    await it.journal.flush();
  }
  expect(await it.left()).toEqual(["app.ndjson"]);
  expect(it.journal.stats()).toMatchObject({ written: 2, dropped: 0 });
});

test("a named pipe that nobody reads holds nothing up", async () => {
  await using it = await testJournal({ at: "other" });
  const pipe = join(it.folder, "pipe");
  expect(Bun.spawnSync(["mkfifo", pipe]).exitCode).toBe(0);
  await using piped = await testJournal({ path: pipe });
  expect(piped.complaints).toEqual([expect.stringContaining("is not a file")]);
});

test("a file that holds something else is left as it is", async () => {
  await using it = await testJournal({ at: "other" });
  const path = join(it.folder, "database");
  await writeFile(path, "SQLite format 3");
  await using wrong = await testJournal({ path });
  wrong.journal.log.info("lost");
  await wrong.journal.flush();
  wrong.journal.log.info("lost");
  wrong.journal.flushSync();
  expect(await readFile(path, "utf8")).toBe("SQLite format 3");
  expect(wrong.complaints).toEqual([expect.stringContaining("holds something else")]);
});

test("what does not fit the buffer is dropped: a flood, and a record that is larger than all of it", async () => {
  await using it = await testJournal();
  it.journal.log.info("larger", {}, { body: "x".repeat(waitingBytesMax) });
  expect(it.journal.stats()).toMatchObject({ dropped: 1, waiting: 0 });
  const body = "x".repeat(1_024 * 1_024);
  for (let count = 0; count < 20; count += 1) it.journal.log.info("flood", { count }, { body });
  expect(it.journal.stats()).toMatchObject({ dropped: 6, waiting: 15 });
  expect(it.complaints).toEqual([expect.stringContaining("is slower than what is written to it")]);
  await it.clock.advance(1_000);
  await it.journal.flush();
  it.journal.log.info("after");
  await it.journal.flush();
  expect(it.journal.stats()).toMatchObject({ dropped: 6, waiting: 0 });
  expect(messages(await it.records()).slice(14)).toEqual(["flood", "records-dropped", "after"]);
});

test("disposing it writes what waits; what comes later is dropped without a word", async () => {
  await using it = await testJournal();
  it.journal.log.info("last");
  await it.journal[Symbol.asyncDispose]();
  it.journal.log.info("too late");
  expect(messages(await it.records())).toEqual(["last"]);
  expect([it.journal.stats().dropped, it.complaints]).toEqual([1, []]);
  expect(it.clock.sleeping).toBe(0);
});

test("a process that ends at once leaves nothing behind, wherever the writing stands", async () => {
  for (let turns = 0; turns < 24; turns += 1) {
    // Without more at the end, all there is may be on its way.
    const all = turns % 2 === 0 ? 5_000 : 6_000;
    await using it = await testJournal({ segmentBytesMax: 400_000 });
    for (let count = 0; count < 5_000; count += 1) it.journal.log.info("tick", { count });
    void it.journal.flush();
    for (let turn = 0; turn < turns; turn += 1) await Promise.resolve();
    if (turns > 12) await new Promise(setImmediate);
    for (let count = 5_000; count < all; count += 1) it.journal.log.info("tick", { count });
    it.journal.flushSync();
    // What a process that ended here would leave behind.
    const texts = filesIn(join(it.folder, "journal"));
    const counts = texts.flatMap((text) => [...text.matchAll(/"count":(\d+)/g)].map(([, count]) => Number(count)));
    expect(
      counts.sort((a, b) => a - b),
      `after ${turns} turns`,
    ).toEqual(Array.from({ length: all }, (_, count) => count));
    await it.journal.flush();
    expect(it.journal.stats()).toMatchObject({ written: all, dropped: 0, waiting: 0 });
  }
});

test("a process that ends waits for the write that is on its way", async () => {
  await using it = await testJournal();
  const body = "x".repeat(waitingBytesMax - 1_024);
  it.journal.log.info("large", {}, { body });
  void it.journal.flush();
  while (it.journal.stats().waiting > 0) await new Promise(setImmediate);
  it.journal.flushSync();
  expect(statSync(it.path).size).toBeGreaterThan(body.length);
});

test.each(["exit", "throw"])("a real process that dies by %s has written all that it logged", async (way) => {
  await using it = await testJournal({ at: "other" });
  const path = join(it.folder, "journal/app.ndjson");
  const child = Bun.spawn([process.execPath, join(import.meta.dirname, "dying-process.fixture.ts"), path, way], { stderr: "pipe" });
  const errors = await new Response(child.stderr).text();
  expect([await child.exited, errors.includes("nobody catches this")]).toEqual([way === "throw" ? 1 : 3, way === "throw"]);
  expect((await it.records(path)).map(({ attributes }) => attributes?.count)).toEqual(Array.from({ length: 6_000 }, (_, count) => count));
});

/** A rotation that is on its way may take a file from under the reader. */
function filesIn(folder: string): readonly string[] {
  for (;;) {
    try {
      return readdirSync(folder).map((file) => readFileSync(join(folder, file), "utf8"));
    } catch (thrown) {
      if ((thrown as NodeJS.ErrnoException).code !== "ENOENT") throw thrown;
    }
  }
}

test("two journals in one file mix lines and cut none", async () => {
  await using it = await testJournal();
  const other = await openJournal({ path: it.path, clock: it.clock, secrets: () => [], complain() {} });
  for (let count = 0; count < 2_000; count += 1) for (const { log } of [it.journal, other]) log.info("tick", { count });
  await Promise.all([it.journal.flush(), other.flush()]);
  await other[Symbol.asyncDispose]();
  expect(await it.records()).toHaveLength(4_000);
});

test("the folder and its files are for their owner alone", async () => {
  await using it = await testJournal();
  await mkdir(join(it.folder, "x"));
  expect((await stat(it.path)).mode & 0o777).toBe(0o600);
  expect((await stat(join(it.folder, "journal"))).mode & 0o777).toBe(0o700);
});

// Reaches sliceBytesMax.
test("a flood is written in slices of 256 KiB", async () => {
  await using it = await testJournal();
  for (let n = 0; n < 40; n++) it.journal.log.info("large", {}, { body: "x".repeat(100_000) });
  await it.journal.flush();
  const writes = it.journal.stats().writeMs.buckets.at(-1)?.count ?? 0;
  expect([(await it.records()).length, writes >= 13, writes <= 20]).toEqual([40, true, true]);
});
