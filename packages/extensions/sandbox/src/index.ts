import { defineExtension } from "@dispatch/kernel";
import { type Config, config } from "./config.ts";
import { Sandbox, ShapeConfinement } from "./contract.ts";
import { defaultLimits } from "./limits.ts";
import { LocalSandbox } from "./local-sandbox.ts";
import { findProgram, notInstalled } from "./try-bubblewrap.ts";

/** Confines what a model starts. What a call may reach is others' to say, by `ShapeConfinement`. */
export default defineExtension<Config>({
  id: "sandbox",
  version: "1.0.0",
  apiVersion: "1",
  tier: "standard",
  dependsOn: [],
  capabilities: ["fs", "process"],
  config,
  activate(host) {
    const { mode, hidden, home, memoryBytesMax, processesMax, fileBytesMax, cpuSecondsMax } = host.config;
    const given = { memoryBytesMax, processesMax, fileBytesMax, cpuSecondsMax };
    const sandbox = new LocalSandbox({
      mode,
      hidden,
      limits: { ...defaultLimits, ...Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) },
      clock: host.clock,
      ...(home === undefined ? {} : { home }),
      shape: (strictest, context) => host.fire(ShapeConfinement, strictest, context),
      removed: (paths, { conversationId, toolCallId }) =>
        host.log.warn("git-redirection-removed", { conversationId, toolCallId, paths: paths.join(", ") }),
    });
    host.provide(Sandbox, sandbox);
    if (mode === "auto" && findProgram() === undefined && !notInstalled.available)
      host.log.warn("no-sandbox", { reason: notInstalled.reason, hint: notInstalled.hint });
  },
});
