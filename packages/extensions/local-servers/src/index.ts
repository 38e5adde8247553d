import { Credentials } from "@dispatch/credential-store/contract";
import { defineExtension, Providers } from "@dispatch/kernel";
import { Ops } from "@dispatch/op-registry/contract";
import { type Config, config, type ServerName } from "./config.ts";
import { Finder } from "./finder.ts";
import { baseUrlOf, localProvider } from "./local-provider.ts";
import { findOp } from "./ops.ts";

const names: readonly ServerName[] = ["ollama", "llamacpp", "lmstudio"];

/** Model servers of this machine: looked for on request, remembered, never probed at start. */
export default defineExtension<Config>({
  id: "local-servers",
  version: "1.0.0",
  apiVersion: "1",
  tier: "standard",
  dependsOn: ["credential-store", "op-registry"],
  capabilities: ["net"],
  config,
  async activate(host) {
    const { config: addresses, store, signal } = host;
    const finder = new Finder({
      providers: names.map((name) => localProvider(name, addresses[name])),
      store,
      signal,
      offer(provider) {
        host.contribute(Credentials, { name: provider.id, providerId: provider.id });
        host.contribute(Providers, provider);
      },
    });
    await finder.remember();
    host.contribute(
      Ops,
      findOp(finder, (name) => baseUrlOf(addresses[name as ServerName])),
    );
  },
});
