import { FakeClock, FaultInjector, MemoryStorage, storageLaws, storeLaws } from "@dispatch/testkit";
import { expect, test } from "vitest";
import { exposition } from "./exposition.ts";
import { parseOpenMetrics, sampleOf } from "./open-metrics.fixture.ts";
import { timedStorage } from "./timed-storage.ts";

const open = () => timedStorage(new MemoryStorage(), new FakeClock()).storage;

for (const [law, hold] of Object.entries(storageLaws)) test(`timed storage: ${law}`, () => hold(async () => open()));
for (const [law, hold] of Object.entries(storeLaws)) test(`timed store: ${law}`, () => hold(() => open().open("owner")));

test("every operation counts once, a scan by its first entry, and what fails counts by its kind", async () => {
  const { storage, source } = timedStorage(new MemoryStorage(), new FakeClock());
  const store = await storage.open("owner");
  await store.commit([
    { put: "a", value: 1 },
    { put: "b", value: 2 },
  ]);
  await store.get("a");
  expect(await Array.fromAsync(store.scan({ prefix: "" }))).toHaveLength(2);
  await expect(store.commit([{ check: "a", is: 5 }])).rejects.toMatchObject({ kind: "conflict" });
  const families = parseOpenMetrics(exposition(source.read()).text);
  const count = (operation: string) => sampleOf(families, "dispatch_store_duration_seconds_count", { operation });
  expect([count("get"), count("scan"), count("commit")]).toEqual([1, 1, 2]);
  expect(sampleOf(families, "dispatch_store_failures_total", { operation: "commit", kind: "conflict" })).toBe(1);
});

test("a scan that its reader leaves early is left in the storage too", async () => {
  const injector = new FaultInjector(new MemoryStorage());
  const store = await timedStorage(injector, new FakeClock()).storage.open("owner");
  await store.commit(["a", "b", "c"].map((put) => ({ put, value: put })));
  for await (const { key } of store.scan({ prefix: "" })) {
    expect(key).toBe("a");
    break;
  }
  expect(await store.get("c")).toBe("c");
});
