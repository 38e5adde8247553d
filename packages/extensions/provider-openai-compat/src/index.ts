import { openAiCompatible } from "@dispatch/ai-sdk-model";
import { ApiKeys } from "@dispatch/auth-apikey/contract";
import { Credentials } from "@dispatch/credential-store/contract";
import { defineExtension, Providers } from "@dispatch/kernel";
import { contributionsOf } from "@dispatch/keyed-credentials";
import { type Config, config } from "./config.ts";

const id = "openai-compat";
const usualName = "opencode";
const keyName = "DISPATCH_API_KEY";
const baseUrlName = "DISPATCH_BASE_URL";

/** The credential is there always, so that its name says what is missing; the provider only with a key, so that the catalog lists what can answer. */
export default defineExtension<Config>({
  id: "provider-openai-compat",
  version: "1.0.0",
  apiVersion: "1",
  tier: "core",
  dependsOn: ["auth-apikey", "credential-store"],
  capabilities: ["net", "secrets"],
  config,
  activate(host) {
    const { baseUrl, model, credentials } = host.config;
    const keys = host.use(ApiKeys);
    const given = [{ name: usualName, providerId: id, baseUrl, baseUrlName, keyName, model }, ...credentials];
    for (const { credential, provider } of contributionsOf(given, (name) => keys.get(name), { baseUrl, open: openAiCompatible })) {
      host.contribute(Credentials, credential);
      if (provider === undefined) host.log.info("provider-idle", { reason: `no ${credential.keyName}` });
      else host.contribute(Providers, provider);
    }
  },
});
