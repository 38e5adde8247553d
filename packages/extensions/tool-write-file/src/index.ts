import { defineExtension, Tools } from "@dispatch/kernel";
import { writeFile } from "./write-file.ts";

export default defineExtension({
  id: "tool-write-file",
  version: "1.0.0",
  apiVersion: "1",
  tier: "standard",
  dependsOn: [],
  capabilities: ["fs"],
  activate(host) {
    host.contribute(Tools, writeFile);
  },
});
