import opRegistry from "@dispatch/op-registry";
import storageSqlite, { openSqliteStorage } from "@dispatch/storage-sqlite";
import { extensionLaws } from "@dispatch/testkit";
import { test } from "vitest";
import doctor from "./index.ts";

const storage = await openSqliteStorage({ path: ":memory:", durability: "process" });
const config = { version: "1.0.0", runtime: "Bun", variables: [] };
for (const [law, hold] of Object.entries(extensionLaws))
  test(law, () => hold(async () => ({ extension: doctor, config, others: [opRegistry, storageSqlite(storage)] })));
