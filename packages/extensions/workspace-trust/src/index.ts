import { defineExtension } from "@dispatch/kernel";

export default defineExtension({
  id: "workspace-trust",
  version: "1.0.0",
  apiVersion: "1",
  tier: "standard",
  dependsOn: ["op-registry"],
  capabilities: ["fs"],
  activate() {},
});
