import { expect, test } from "vitest";
import { assertRefused } from "./assert-refused.ts";
import { FaultInjector } from "./fault-injector.ts";
import { MemoryStorage } from "./memory-store.ts";
import { storageLaws } from "./storage-laws.ts";
import { storeLaws } from "./store-laws.ts";

const opened = async () => {
  const storage = new FaultInjector(new MemoryStorage());
  return { storage, store: await storage.open("one") };
};

for (const [law, hold] of Object.entries(storeLaws)) test(`store: ${law}`, () => hold(async () => (await opened()).store));
for (const [law, hold] of Object.entries(storageLaws))
  test(`storage: ${law}`, () => hold(async () => new FaultInjector(new MemoryStorage())));

test("operations are counted by kind, over all owners", async () => {
  const { storage, store } = await opened();
  const other = await storage.open("other");
  await store.commit([{ put: "k", value: 1 }]);
  await other.commit([]);
  await other.get("k");
  await Array.fromAsync(store.scan({ prefix: "" }));
  expect(storage.counts).toEqual({ get: 1, scan: 1, commit: 2 });
});

test("a commit that fails before it happens leaves nothing, and the next one lands", async () => {
  const { storage, store } = await opened();
  await store.commit([{ put: "first", value: 1 }]);
  storage.arm({ operation: "commit", at: 2, when: "before" });
  await store.commit([{ put: "second", value: 1 }]);
  await assertRefused(store.commit([{ put: "third", value: 1 }]), "unavailable", "store/unavailable");
  await store.commit([{ put: "fourth", value: 1 }]);
  expect((await Array.fromAsync(store.scan({ prefix: "" }))).map(({ key }) => key)).toEqual(["first", "fourth", "second"]);
});

test("a commit that fails after it happened has landed", async () => {
  const { storage, store } = await opened();
  storage.arm({ operation: "commit", at: 1, when: "after" });
  await assertRefused(store.commit([{ put: "k", value: 1 }]), "unavailable", "store/unavailable");
  expect(await store.get("k")).toBe(1);
});

test("a lasting injection strikes until it is disarmed", async () => {
  const { storage, store } = await opened();
  storage.arm({ operation: "commit", at: 2, when: "before", lasting: true });
  await store.commit([]);
  for (const _ of [2, 3, 4]) await assertRefused(store.commit([]), "unavailable", "store/unavailable");
  storage.disarm();
  await store.commit([]);
});

test("gets and scans fail as they are told", async () => {
  const { storage, store } = await opened();
  storage.arm({ operation: "get", at: 1, when: "before" });
  storage.arm({ operation: "scan", at: 2, when: "before" });
  await assertRefused(store.get("k"), "unavailable", "store/unavailable");
  expect(await store.get("k")).toBeUndefined();
  await Array.fromAsync(store.scan({ prefix: "" }));
  await assertRefused(Array.fromAsync(store.scan({ prefix: "" })), "unavailable", "store/unavailable");
});

test("an act runs in place of the failure, on its side of the commit, and the commit goes on", async () => {
  const { storage, store } = await opened();
  const seen: unknown[] = [];
  for (const when of ["before", "after"] as const)
    storage.arm({ operation: "commit", at: 1, when, act: async () => void seen.push(when, await store.get("k")) });
  await store.commit([{ put: "k", value: 1 }]);
  expect(seen).toEqual(["before", undefined, "after", 1]);
});

test("what an act throws is the outcome", async () => {
  const { storage, store } = await opened();
  const thrown = new Error("the machine stopped");
  storage.arm({
    operation: "commit",
    at: 1,
    when: "before",
    act: () => {
      throw thrown;
    },
  });
  await expect(store.commit([{ put: "k", value: 1 }])).rejects.toBe(thrown);
  expect(await store.get("k")).toBeUndefined();
});
