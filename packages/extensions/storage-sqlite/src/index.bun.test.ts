import { boot } from "@dispatch/kernel";
import { bootOptions, extensionLaws, RecordingLog } from "@dispatch/testkit";
import { expect, test } from "vitest";
import storageSqlite, { openSqliteStorage } from "./index.ts";

for (const [law, hold] of Object.entries(extensionLaws)) {
  test(law, async () => {
    await using storage = await openSqliteStorage({ path: ":memory:", durability: "process" });
    await hold(async () => ({ extension: storageSqlite(storage) }));
  });
}

test("the extension says in the journal where the data lies, and ends without closing the storage", async () => {
  const log = new RecordingLog();
  await using storage = await openSqliteStorage({ path: ":memory:", durability: "power" });
  const kernel = await boot(bootOptions([storageSqlite(storage)], { storage, log }));
  await kernel[Symbol.asyncDispose]();
  expect(log.told("storage-open").map(({ extensionId, attributes }) => [extensionId, attributes])).toEqual([
    ["storage-sqlite", { path: ":memory:", durability: "power", schemaVersion: 1 }],
  ]);
  expect(await (await storage.open("one")).get("k")).toBeUndefined();
});
