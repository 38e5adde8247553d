import { ModelCatalog } from "@dispatch/credential-store/contract";
import { defineExtension } from "@dispatch/kernel";
import { implement, Ops } from "@dispatch/op-registry/contract";
import { recordTrace, replayTrace } from "@dispatch/transport-contract";
import type { z } from "zod";
import { config } from "./config.ts";

/** What needs no server: `traces.replay` and `traces.recording` of a trace database. Loaded when it is asked for. */
export const offlineTraces = async (): Promise<typeof import("./offline.ts").offline> => (await import("./offline.ts")).offline;

/** Runs a recorded turn again: offline and byte for byte, or with its model, to see where the two part. */
export default defineExtension<z.infer<typeof config>>({
  id: "turn-replay",
  version: "1.0.0",
  apiVersion: "1",
  tier: "standard",
  dependsOn: ["op-registry", "credential-store"],
  capabilities: ["fs"],
  config,
  activate(host) {
    const ports = { path: host.config.path, catalog: host.use(ModelCatalog), clock: host.clock, newId: () => crypto.randomUUID() };
    // What reads traces and plays them is loaded when it is asked for: a start does not wait for it.
    const recordedTurns = () => import("./recorded-turns.ts");
    host.contribute(
      Ops,
      implement(recordTrace, async ({ turnId }) => (await recordedTurns()).recordingOf(ports, turnId)),
    );
    host.contribute(
      Ops,
      implement(replayTrace, async ({ turnId, liveModel }, { signal }) =>
        (await recordedTurns()).replayOf(ports, turnId, liveModel === true, signal),
      ),
    );
  },
});
