import { defineExtension, Tools } from "@dispatch/kernel";
import { grep } from "./grep.ts";
import { findRipgrep } from "./ripgrep.ts";

/** Searches with ripgrep's help where it is installed, and finds the same without. */
export default defineExtension({
  id: "tool-grep",
  version: "1.0.0",
  apiVersion: "1",
  tier: "standard",
  dependsOn: [],
  capabilities: ["fs", "process"],
  activate(host) {
    const ripgrep = findRipgrep();
    host.log.info("search", { ripgrep: ripgrep ?? null });
    host.contribute(Tools, grep({ clock: host.clock, ripgrep }));
  },
});
