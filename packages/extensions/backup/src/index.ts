import { defineExtension } from "@dispatch/kernel";
import { implement, Ops } from "@dispatch/op-registry/contract";
import { DatabaseFile } from "@dispatch/storage-sqlite/contract";
import { createBackup } from "@dispatch/transport-contract";
import { type Config, config } from "./config.ts";

/** Writes everything that a person would miss into one file, while the server works on. */
export default defineExtension<Config>({
  id: "backup",
  version: "1.0.0",
  apiVersion: "1",
  tier: "standard",
  dependsOn: ["op-registry", "storage-sqlite"],
  capabilities: ["fs"],
  config,
  activate(host) {
    const database = host.use(DatabaseFile);
    const folders = Object.entries(host.config.folders).map(([name, path]) => ({ name, path }));
    host.contribute(
      Ops,
      implement(createBackup, async ({ file, force = false }) => {
        const from = host.clock.monotonic();
        const backup = await database.backUp({ file, force, folders });
        const durationMs = Math.round(host.clock.monotonic() - from);
        host.log.info("backup-written", { file, sizeBytes: backup.sizeBytes, durationMs });
        return { ...backup };
      }),
    );
  },
});
