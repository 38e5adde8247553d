import { defineExtension, Tools } from "@dispatch/kernel";
import { readFile } from "./read-file.ts";

export default defineExtension({
  id: "tool-read-file",
  version: "1.0.0",
  apiVersion: "1",
  tier: "standard",
  dependsOn: [],
  capabilities: ["fs"],
  activate(host) {
    host.contribute(Tools, readFile);
  },
});
