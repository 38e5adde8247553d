import { defineExtension, type Extension } from "@dispatch/kernel";
import { type LoadedPart, LoadedParts } from "@dispatch/surface-loaded-extensions/contract";
import { HealthParts } from "@dispatch/transport-http/contract";
import type { CollectorSupervisor } from "./collector-supervisor.ts";
import { serverVersion } from "./version.ts";

/** Says on the server's surfaces how the process is that collects its traces. */
export function observability(collector: CollectorSupervisor | undefined): Extension {
  return defineExtension({
    id: "observability",
    version: "1.0.0",
    apiVersion: "1",
    tier: "standard",
    dependsOn: ["transport-http", "surface-loaded-extensions"],
    capabilities: [],
    activate(host) {
      host.contribute(HealthParts, {
        id: "collector",
        read: () => ({ state: collector?.state ?? "off", restarts: collector?.restarts ?? 0 }),
      });
      if (collector !== undefined) host.contribute(LoadedParts, collectorPart(collector));
    },
  });
}

function collectorPart(collector: CollectorSupervisor): LoadedPart {
  const activations = {
    off: "not started",
    running: "active",
    restarting: "restarting: it ended",
    "given-up": "failed: it ended again and again; the log says why. Traces wait in the journal until the server is started again",
  };
  return {
    name: "observability-collector",
    version: serverVersion,
    activation: () => activations[collector.state],
    watch: (changed) => collector.watch(changed),
  };
}
