import { asFault, defineExtension } from "@dispatch/kernel";
import { ShapeLoop, ShapeModel, TurnSealed } from "@dispatch/session-orchestrator/contract";
import type { z } from "zod";
import { config } from "./config.ts";
import { TurnTraced } from "./contract.ts";
import { atRest, later } from "./tasks.ts";
import { Tracers } from "./tracers.ts";

/** What happens in each turn, as spans in the journal, and what its loop was given, so that it can be replayed. */
export default defineExtension<z.infer<typeof config>>({
  id: "turn-trace",
  version: "1.0.0",
  apiVersion: "1",
  tier: "standard",
  dependsOn: ["session-orchestrator"],
  capabilities: [],
  config,
  async activate(host) {
    const { log, clock } = host;
    const failed = (thrown: unknown) => log.warn("trace-failed", { error: asFault(thrown).message });
    const tracers = new Tracers({ log, clock, later, failed });
    host.on(ShapeModel, (model, context) => tracers.model(model, context));
    host.on(ShapeLoop, (loop, context) => tracers.loop(loop, context));
    host.on(TurnSealed, (sealed) => host.fire(TurnTraced, tracers.sealed(sealed)));
    if (!host.config.recordings) return;
    const { recordLoop } = await import("./record-loop.ts");
    host.on(ShapeLoop, (loop, context) => recordLoop(loop, context, { log, atRest, later, failed }));
  },
});
