import { ModelCatalog } from "@dispatch/credential-store/contract";
import { defineExtension } from "@dispatch/kernel";
import { implement, Ops } from "@dispatch/op-registry/contract";
import { recordTrace, replayTrace } from "@dispatch/transport-contract";
import type { z } from "zod";
import { config } from "./config.ts";
import { replayLive } from "./live-replay.ts";
import { recordingFiles } from "./recording-files.ts";
import { replay } from "./replay.ts";
import { atRest } from "./tasks.ts";
import { withTurn } from "./traces.ts";

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
    const catalog = host.use(ModelCatalog);
    const { clock, config } = host;
    const newId = () => crypto.randomUUID();
    host.contribute(
      Ops,
      implement(recordTrace, ({ turnId }) => withTurn(config.path, turnId, async (turn) => ({ turnId, files: recordingFiles(turn) }))),
    );
    host.contribute(
      Ops,
      implement(replayTrace, ({ turnId, liveModel }, { signal }) =>
        withTurn(config.path, turnId, (turn) =>
          liveModel === true
            ? replayLive(turn, { model: catalog.resolve(turn.modelName).model, clock, newId, signal })
            : replay(turn, async () => {
                await atRest();
                signal.throwIfAborted();
              }),
        ),
      ),
    );
  },
});
