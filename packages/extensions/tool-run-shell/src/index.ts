import { defineExtension, Tools } from "@dispatch/kernel";
import { Sandbox } from "@dispatch/sandbox/contract";
import { Secrets } from "@dispatch/secrets/contract";
import { Commands } from "./commands.ts";
import { runShell } from "./run-shell.ts";

export default defineExtension({
  id: "tool-run-shell",
  version: "1.0.0",
  apiVersion: "1",
  tier: "standard",
  dependsOn: ["sandbox", "secrets"],
  capabilities: ["fs", "process"],
  activate(host) {
    const secrets = host.use(Secrets);
    const commands = host.own(new Commands(host.clock, () => secrets.pieces()));
    host.contribute(Tools, runShell(commands, host.use(Sandbox)));
  },
});
