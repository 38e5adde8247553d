import { defineExtension, Extensions, Providers } from "@dispatch/kernel";
import { implement, Ops } from "@dispatch/op-registry/contract";
import { DatabaseFile } from "@dispatch/storage-sqlite/contract";
import { getDoctorReport, protocolVersion } from "@dispatch/transport-contract";
import { clockChecks, credentialChecks, extensionChecks, providerChecks } from "./checks.ts";
import { type Config, config } from "./config.ts";
import { DoctorChecks } from "./contract.ts";
import { runChecks } from "./run-checks.ts";

/** Says what the server knows of its own health. */
export default defineExtension<Config>({
  id: "doctor",
  version: "1.0.0",
  apiVersion: "1",
  tier: "standard",
  dependsOn: ["op-registry", "storage-sqlite"],
  capabilities: [],
  config,
  activate(host) {
    const { clock, config: settings } = host;
    const { version, runtime } = settings;
    const extensions = host.use(Extensions);
    const { path: database, schemaVersion } = host.use(DatabaseFile);
    host.contribute(
      DoctorChecks,
      extensionChecks(() => extensions.report()),
    );
    host.contribute(DoctorChecks, credentialChecks(settings.variables));
    host.contribute(
      DoctorChecks,
      providerChecks(() => host.gather(Providers), clock),
    );
    host.contribute(DoctorChecks, clockChecks(clock));
    host.contribute(
      Ops,
      implement(getDoctorReport, async (_input, { signal }) => {
        const checks = await runChecks(host.gather(DoctorChecks), clock, signal);
        return { version, protocol: protocolVersion, runtime, now: clock.now(), database, schemaVersion, checks: [...checks] };
      }),
    );
  },
});
