import { defineExtension, type Extension } from "@dispatch/kernel";
import { Backups } from "./backups.ts";
import { checkpointWhenQuiet } from "./checkpoints.ts";
import { DatabaseFile } from "./contract.ts";
import type { SqliteStorage } from "./sqlite-storage.ts";

export type { Durability } from "./database.ts";
export { openSqliteStorage, type SqliteStorage, type SqliteStorageOptions } from "./sqlite-storage.ts";

/**
 * Does not own the storage: whoever composes the server opens it before the boot and closes it after. The extension notes in the journal where the data
 * lies, and gives those who look after the file what they need.
 */
export default function storageSqlite(storage: SqliteStorage): Extension {
  const { path, durability, schemaVersion } = storage;
  return defineExtension({
    id: "storage-sqlite",
    version: "1.0.0",
    apiVersion: "1",
    tier: "core",
    dependsOn: [],
    capabilities: ["fs"],
    activate(host) {
      const backups = new Backups(path);
      host.provide(DatabaseFile, { path, schemaVersion, backUp: (target) => backups.write(target) });
      host.spawn("checkpoints", (signal) => checkpointWhenQuiet(storage, host.clock, signal));
      host.log.info("storage-open", { path, durability, schemaVersion });
    },
  });
}
