import { CallTool, defineExtension } from "@dispatch/kernel";
import { markResult } from "./mark-result.ts";

/** What strangers wrote reaches a model as data, between marks that it cannot close. */
export default defineExtension({
  id: "foreign-results",
  version: "1.0.0",
  apiVersion: "1",
  tier: "standard",
  dependsOn: [],
  capabilities: [],
  activate(host) {
    host.on(CallTool, async (call, next) => markResult(await next(call), call.tool.name));
  },
});
