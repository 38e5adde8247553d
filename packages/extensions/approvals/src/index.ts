import { defineExtension } from "@dispatch/kernel";
import { type Config, config } from "./config.ts";

export default defineExtension<Config>({
  id: "approvals",
  version: "1.0.0",
  apiVersion: "1",
  tier: "standard",
  dependsOn: ["op-registry", "surface-registry", "session-orchestrator"],
  capabilities: [],
  config,
  activate() {},
});
