import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openSqliteStorage } from "@dispatch/storage-sqlite";
import { MemoryStorage, type SettingsUnderTest, settingStoreLaws } from "@dispatch/testkit";
import { test } from "vitest";
import { z } from "zod";
import { settingStore } from "./setting-store.ts";

const schema = z.object({ enabled: z.boolean(), count: z.number().int().min(1) });
const kind: Pick<SettingsUnderTest, "defaults"> = { defaults: { enabled: false, count: 3 } };

for (const [name, law] of Object.entries(settingStoreLaws)) {
  test(`in memory: ${name}`, () =>
    law(async () => {
      const store = await new MemoryStorage().open("owner");
      return { ...kind, store, open: () => settingStore(store, "kind", schema, kind.defaults) };
    }));

  test(`on SQLite: ${name}`, async () => {
    const folder = await mkdtemp(join(tmpdir(), "dispatch-settings-"));
    const storage = await openSqliteStorage({ path: join(folder, "settings.db"), durability: "process" });
    try {
      await law(async () => {
        const store = await storage.open("owner");
        return { ...kind, store, open: () => settingStore(store, "kind", schema, kind.defaults) };
      });
    } finally {
      await storage[Symbol.asyncDispose]();
      await rm(folder, { recursive: true });
    }
  });
}
