import { defineExtension, Tools } from "@dispatch/kernel";
import { editFile } from "./edit-file.ts";

export default defineExtension({
  id: "tool-edit-file",
  version: "1.0.0",
  apiVersion: "1",
  tier: "standard",
  dependsOn: [],
  capabilities: ["fs"],
  activate(host) {
    host.contribute(Tools, editFile);
  },
});
