import { defineExtension } from "@dispatch/kernel";
import { implement, Ops } from "@dispatch/op-registry/contract";
import { diffTraces, listTraces, showTrace, traceBody, tracePrompt } from "@dispatch/transport-contract";
import type { z } from "zod";
import { config } from "./config.ts";

/** What happened in turns, for those who look from elsewhere: read from the trace database when it is asked for. */
export default defineExtension<z.infer<typeof config>>({
  id: "trace-view",
  version: "1.0.0",
  apiVersion: "1",
  tier: "standard",
  dependsOn: ["op-registry"],
  capabilities: ["fs"],
  config,
  activate(host) {
    const { path } = host.config;
    // SQLite and what reads traces is loaded when it is asked for: a start does not wait for it.
    const views = () => import("./views.ts");
    host.contribute(
      Ops,
      implement(listTraces, async (input) => (await views()).turnList(path, input)),
    );
    host.contribute(
      Ops,
      implement(showTrace, async ({ turnId }) => (await views()).turnTree(path, turnId)),
    );
    host.contribute(
      Ops,
      implement(traceBody, async (input) => (await views()).body(path, input)),
    );
    host.contribute(
      Ops,
      implement(tracePrompt, async (input) => (await views()).prompt(path, input)),
    );
    host.contribute(
      Ops,
      implement(diffTraces, async (input) => (await views()).difference(path, input)),
    );
  },
});
