import { defineExtension } from "@dispatch/kernel";
import { apiKeys } from "./api-keys.ts";
import { type Config, config } from "./config.ts";
import { ApiKeys } from "./contract.ts";

/** The one place that holds API keys. */
export default defineExtension<Config>({
  id: "auth-apikey",
  version: "1.0.0",
  apiVersion: "1",
  tier: "core",
  dependsOn: [],
  capabilities: ["secrets"],
  config,
  activate(host) {
    host.provide(ApiKeys, apiKeys(host.config.keys));
  },
});
