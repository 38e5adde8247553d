import { defineExtension } from "@dispatch/kernel";
import type { z } from "zod";
import { config } from "./config.ts";

export default defineExtension<z.infer<typeof config>>({
  id: "sandbox",
  version: "1.0.0",
  apiVersion: "1",
  tier: "standard",
  dependsOn: [],
  capabilities: [],
  config,
  activate(host) {
    host.log.info("active", { greeting: host.config.greeting });
  },
});
