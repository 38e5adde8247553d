import { Database } from "bun:sqlite";
import { assertRefused } from "@dispatch/testkit";
import { expect, test } from "vitest";
import { openSqliteStorage } from "./index.ts";
import { tempFolder } from "./temp-folder.fixture.ts";

// Reaches pageCharactersMax.
test("a page of a scan ends at some 4 million characters, so that a scan of large values never holds them all", async () => {
  await using storage = await openSqliteStorage({ path: ":memory:", durability: "process" });
  const store = await storage.open("one");
  const large = (tail: string) => "x".repeat(2_200_000) + tail;
  await store.commit(["a", "b", "c"].map((put) => ({ put, value: large("old") })));
  const tails: string[] = [];
  for await (const { key, value } of store.scan({ prefix: "" })) {
    if (key === "a") await store.commit(["b", "c"].map((put) => ({ put, value: large("new") })));
    tails.push(String(value).slice(-3));
  }
  expect(tails).toEqual(["old", "old", "new"]);
});

test("a value that a damaged page hands out is told as damage, and hides no other", async () => {
  using folder = tempFolder();
  await using storage = await openSqliteStorage({ path: folder.file("d.db"), durability: "process" });
  const store = await storage.open("one");
  await store.commit(["a", "b", "c"].map((put) => ({ put, value: { of: put } })));
  const other = new Database(folder.file("d.db"));
  other.run("UPDATE entry SET value = '{\"of\": \"' WHERE key = 'b'");
  other.close();
  const scanned = Array.fromAsync(store.scan({ prefix: "" }));
  for (const reading of [store.get("b"), scanned, store.commit([{ check: "b", is: 1 }])]) {
    const { message } = await assertRefused(reading, "unavailable", "store/unavailable");
    expect(message).toMatch(/the database is damaged: .*under b is no JSON/);
  }
  expect(await store.get("c")).toEqual({ of: "c" });
});

test("while another program writes, a commit waits as long as it was told and then says so", async () => {
  using folder = tempFolder();
  await using storage = await openSqliteStorage({ path: folder.file("d.db"), durability: "process", busyTimeoutMs: 20 });
  const store = await storage.open("one");
  const other = new Database(folder.file("d.db"));
  other.run("BEGIN IMMEDIATE");
  const refused = await assertRefused(store.commit([{ put: "k", value: 1 }]), "unavailable", "store/unavailable");
  expect(refused.message).toContain("another program holds the database");
  expect(await store.get("k")).toBeUndefined();
  other.run("ROLLBACK");
  await store.commit([{ put: "k", value: 1 }]);
  other.close();
});

test("a reader with the file open, such as a backup, disturbs neither commits nor the closing", async () => {
  using folder = tempFolder();
  const begun = performance.now();
  const backup = await openWithReader(folder.file("d.db"));
  expect(performance.now() - begun).toBeLessThan(15_000);
  expect(backup.query("SELECT count(*) AS n FROM entry").get()).toEqual({ n: 1 });
  backup.run("COMMIT");
  backup.close();
  await using storage = await openSqliteStorage({ path: folder.file("d.db"), durability: "process" });
  expect(await (await storage.open("one")).get("k")).toBe(2);
});

/** Commits once before the reader's snapshot and once after, then closes. */
async function openWithReader(path: string) {
  await using storage = await openSqliteStorage({ path, durability: "process", busyTimeoutMs: 30_000 });
  const store = await storage.open("one");
  await store.commit([{ put: "k", value: 1 }]);
  const reader = new Database(path);
  reader.run("BEGIN");
  reader.query("SELECT count(*) FROM entry").get();
  await store.commit([{ put: "k", value: 2 }]);
  return reader;
}

// Reaches pageRowsMax.
test("a page of a scan holds 500 rows; what is behind it is read when it is asked for", async () => {
  await using storage = await openSqliteStorage({ path: ":memory:", durability: "process" });
  const store = await storage.open("one");
  const keys = Array.from({ length: 600 }, (_, n) => `k${n + 1_000}`);
  await store.commit(keys.map((put) => ({ put, value: "old" })));
  const values: unknown[] = [];
  for await (const { key, value } of store.scan({ prefix: "k" })) {
    if (key === keys[0]) await store.commit(keys.map((put) => ({ put, value: "new" })));
    values.push(value);
  }
  expect([values.lastIndexOf("old"), values.length]).toEqual([499, 600]);
});
