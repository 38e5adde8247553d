import { defineExtension, Providers } from "@dispatch/kernel";
import { Ops } from "@dispatch/op-registry/contract";
import { modelCatalog } from "./catalog.ts";
import { Credentials, ModelCatalog } from "./contract.ts";
import { catalogOp } from "./ops.ts";

/** Turns model names into models, and lists what can be asked. */
export default defineExtension({
  id: "credential-store",
  version: "1.0.0",
  apiVersion: "1",
  tier: "core",
  dependsOn: ["op-registry"],
  capabilities: [],
  activate(host) {
    const catalog = modelCatalog({
      clock: host.clock,
      log: host.log,
      signal: host.signal,
      credentials: () => host.gather(Credentials),
      providers: () => host.gather(Providers),
    });
    host.provide(ModelCatalog, catalog);
    host.contribute(Ops, catalogOp(catalog));
  },
});
