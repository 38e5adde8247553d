import { defineExtension } from "@dispatch/kernel";
import { type Config, config } from "./config.ts";
import { Workspaces } from "./contract.ts";
import { LocalWorkspaces } from "./workspaces.ts";

export default defineExtension<Config>({
  id: "workspace-local",
  version: "1.0.0",
  apiVersion: "1",
  tier: "core",
  dependsOn: [],
  capabilities: ["fs"],
  config,
  activate(host) {
    host.provide(Workspaces, new LocalWorkspaces(host.config));
  },
});
