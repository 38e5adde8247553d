import { defineExtension, type Extension } from "@dispatch/kernel";
import type { SqliteStorage } from "./sqlite-storage.ts";

export type { Durability } from "./database.ts";
export { openSqliteStorage, type SqliteStorage, type SqliteStorageOptions } from "./sqlite-storage.ts";

/**
 * Owns nothing: whoever composes the server opens the storage before the boot and closes it after. The extension notes in the journal where
 * the data lies.
 */
export default function storageSqlite({ path, durability, schemaVersion }: SqliteStorage): Extension {
  return defineExtension({
    id: "storage-sqlite",
    version: "1.0.0",
    apiVersion: "1",
    tier: "core",
    dependsOn: [],
    capabilities: ["fs"],
    activate(host) {
      host.log.info("storage-open", { path, durability, schemaVersion });
    },
  });
}
