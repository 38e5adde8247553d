import { boot, type Clock, silentLog } from "@dispatch/kernel";
import { FakeClock } from "@dispatch/testkit";
import { expect, test } from "vitest";
import storageSqlite, { openSqliteStorage } from "./index.ts";

test("the extension says in the journal where the data lies, and ends without closing the storage", async () => {
  const clock: Clock = new FakeClock();
  const said: unknown[] = [];
  const log = { ...silentLog, info: (msg: string, attributes?: unknown) => void said.push([msg, attributes]), named: () => log };
  await using storage = await openSqliteStorage({ path: ":memory:", durability: "power" });
  const granted = { core: ["fs"], standard: [], external: [] } as const;
  const options = { config: {}, storage, log, clock, activateTimeoutMs: 1_000, graceMs: 1_000, granted };
  {
    await using kernel = await boot({ ...options, extensions: [storageSqlite(storage)] });
    expect(kernel.report).toMatchObject({ order: ["storage-sqlite"], failed: [], skipped: [] });
  }
  expect(said).toContainEqual(["storage-open", { path: ":memory:", durability: "power", schemaVersion: 1 }]);
  expect(await (await storage.open("one")).get("k")).toBeUndefined();
});
