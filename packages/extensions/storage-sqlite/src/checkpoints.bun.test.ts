import { Database } from "bun:sqlite";
import { copyFileSync, statSync } from "node:fs";
import { FakeClock } from "@dispatch/testkit";
import { expect, test } from "vitest";
import { checkpointWhenQuiet, commitsMin, quietMs } from "./checkpoints.ts";
import { openSqliteStorage } from "./index.ts";
import { tempFolder } from "./temp-folder.fixture.ts";

async function watched() {
  const folder = tempFolder();
  const storage = await openSqliteStorage({ path: folder.file("d.db"), durability: "process" });
  const store = await storage.open("one");
  storage.checkpoint();
  const clock = new FakeClock();
  const end = new AbortController();
  const watch = checkpointWhenQuiet(storage, clock, end.signal);
  let n = 0;
  return {
    clock,
    async commit(times: number) {
      for (let i = 0; i < times; i++) await store.commit([{ put: `k${n++}`, value: n }]);
    },
    /** Rows of the file alone, without the log beside it. */
    inFile(): number {
      copyFileSync(folder.file("d.db"), folder.file("copy.db"));
      using copy = new Database(folder.file("copy.db"));
      return copy.query<{ n: number }, []>("SELECT count(*) AS n FROM entry").get()?.n ?? -1;
    },
    async [Symbol.asyncDispose]() {
      end.abort();
      await watch;
      await storage[Symbol.asyncDispose]();
      folder[Symbol.dispose]();
    },
  };
}

test("the log moves into the file once commits have ceased, and not while they come", async () => {
  await using it = await watched();
  await it.commit(1);
  for (let round = 0; round < 3; round++) {
    await it.commit(commitsMin);
    await it.clock.advance(quietMs - 1);
    expect(it.inFile()).toBe(0);
  }
  await it.clock.advance(quietMs);
  expect(it.inFile()).toBe(1 + 3 * commitsMin);
  expect(it.clock.sleeping).toBe(0);
});

test("a few commits are left to wait for more", async () => {
  await using it = await watched();
  await it.commit(commitsMin);
  await it.clock.advance(2 * quietMs);
  await it.commit(commitsMin - 1);
  await it.clock.advance(2 * quietMs);
  expect(it.inFile()).toBe(commitsMin);
  await it.commit(1);
  await it.clock.advance(2 * quietMs);
  expect(it.inFile()).toBe(2 * commitsMin);
});

const wal = (folder: ReturnType<typeof tempFolder>) => statSync(folder.file("d.db-wal")).size;
const megabyte = "x".repeat(1_000_000);

// Reaches walPagesMax.
test("without a quiet moment the log moves into the file by itself, and does not grow beyond 4,000 pages and a commit", async () => {
  using folder = tempFolder();
  await using storage = await openSqliteStorage({ path: folder.file("d.db"), durability: "process" });
  const store = await storage.open("one");
  for (let n = 0; n < 40; n++) await store.commit([{ put: `k${n}`, value: megabyte }]);
  expect(wal(folder)).toBeGreaterThan(16_000_000);
  expect(wal(folder)).toBeLessThan(18_500_000);
});

// Reaches walBytesMax.
test("a log that one commit made larger is cut back to 16 MiB", async () => {
  using folder = tempFolder();
  await using storage = await openSqliteStorage({ path: folder.file("d.db"), durability: "process" });
  const store = await storage.open("one");
  await store.commit(Array.from({ length: 40 }, (_, n) => ({ put: `k${n}`, value: megabyte })));
  expect(wal(folder)).toBeGreaterThan(40_000_000);
  await store.commit([{ put: "last", value: 1 }]);
  expect(wal(folder)).toBeLessThanOrEqual(16 * 1024 * 1024);
});
