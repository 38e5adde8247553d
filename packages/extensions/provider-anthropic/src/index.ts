import { ApiKeys } from "@dispatch/auth-apikey/contract";
import { Credentials } from "@dispatch/credential-store/contract";
import { defineExtension, Providers } from "@dispatch/kernel";
import { contributionsOf } from "@dispatch/keyed-credentials";
import { anthropic } from "./anthropic.ts";
import { type Config, config } from "./config.ts";

const usual = { baseUrl: "https://api.anthropic.com/v1", open: anthropic };

/** Claude over Anthropic's messages, for each configured credential. A credential whose key is missing is there by name alone, so that the name says what to set. */
export default defineExtension<Config>({
  id: "provider-anthropic",
  version: "1.0.0",
  apiVersion: "1",
  tier: "standard",
  dependsOn: ["auth-apikey", "credential-store"],
  capabilities: ["net", "secrets"],
  config,
  activate(host) {
    const keys = host.use(ApiKeys);
    for (const { credential, provider } of contributionsOf(host.config.credentials, (name) => keys.get(name), usual)) {
      host.contribute(Credentials, credential);
      if (provider === undefined) host.log.info("provider-idle", { credential: credential.name, reason: `no ${credential.keyName}` });
      else host.contribute(Providers, provider);
    }
  },
});
