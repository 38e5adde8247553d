import { Credentials } from "@dispatch/credential-store/contract";
import { defineExtension, Providers } from "@dispatch/kernel";
import { offlineProvider } from "./provider.ts";

/** A first turn without a key: no language model, and it says so. The default only where no other credential has a provider. */
export default defineExtension({
  id: "provider-offline",
  version: "1.0.0",
  apiVersion: "1",
  tier: "core",
  dependsOn: ["credential-store"],
  capabilities: [],
  activate(host) {
    host.contribute(Credentials, { name: "offline", providerId: "offline", defaultModel: "assistant", fallback: true });
    host.contribute(Providers, offlineProvider(host.clock));
  },
});
