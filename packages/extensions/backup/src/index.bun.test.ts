import opRegistry from "@dispatch/op-registry";
import storageSqlite, { openSqliteStorage } from "@dispatch/storage-sqlite";
import { extensionLaws } from "@dispatch/testkit";
import { test } from "vitest";
import backup from "./index.ts";

const storage = await openSqliteStorage({ path: ":memory:", durability: "process" });
for (const [law, hold] of Object.entries(extensionLaws))
  test(law, () => hold(async () => ({ extension: backup, config: { folders: {} }, others: [opRegistry, storageSqlite(storage)] })));
