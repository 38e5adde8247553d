import { expect, test } from "vitest";
import { type MemoryDisk, MemoryStorage, MemoryStore } from "./memory-store.ts";
import { storageLaws } from "./storage-laws.ts";
import { storeLaws } from "./store-laws.ts";

for (const [law, hold] of Object.entries(storeLaws)) test(`store: ${law}`, () => hold(async () => new MemoryStore()));
for (const [law, hold] of Object.entries(storageLaws)) test(`storage: ${law}`, () => hold(async () => new MemoryStorage()));

test("a second storage over the same rows finds what the first left", async () => {
  const disk: MemoryDisk = new Map();
  {
    await using storage = new MemoryStorage(disk);
    await (await storage.open("a")).commit([{ put: "k", value: [1] }]);
  }
  await using storage = new MemoryStorage(disk);
  expect(await (await storage.open("a")).get("k")).toEqual([1]);
});
