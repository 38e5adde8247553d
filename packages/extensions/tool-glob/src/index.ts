import { defineExtension, Tools } from "@dispatch/kernel";
import { glob } from "./glob.ts";

export default defineExtension({
  id: "tool-glob",
  version: "1.0.0",
  apiVersion: "1",
  tier: "standard",
  dependsOn: [],
  capabilities: ["fs"],
  activate(host) {
    host.contribute(Tools, glob);
  },
});
