import { defineExtension, Tools } from "@dispatch/kernel";
import { Commands } from "./commands.ts";
import { runShell } from "./run-shell.ts";

export default defineExtension({
  id: "tool-run-shell",
  version: "1.0.0",
  apiVersion: "1",
  tier: "standard",
  dependsOn: [],
  capabilities: ["fs", "process"],
  activate(host) {
    const commands = host.own(new Commands(host.clock));
    host.contribute(Tools, runShell(commands));
  },
});
