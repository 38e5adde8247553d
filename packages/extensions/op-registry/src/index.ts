import { defineExtension } from "@dispatch/kernel";
import { getOpenApi } from "@dispatch/transport-contract";
import { type Config, config } from "./config.ts";
import { type Act, Acted, Acts, FaultMasking, FaultMasks, implement, OpRegistry, Ops } from "./contract.ts";
import { faultMasking } from "./fault-masking.ts";
import { createRegistry } from "./registry.ts";

export default defineExtension<Config>({
  id: "op-registry",
  version: "1.0.0",
  apiVersion: "1",
  tier: "core",
  dependsOn: [],
  capabilities: [],
  config,
  activate(host) {
    const tell = (act: Act) => host.fire(Acted, act);
    const registry = createRegistry(() => host.gather(Ops), host.config, tell);
    host.provide(OpRegistry, registry);
    host.provide(Acts, { tell });
    host.provide(
      FaultMasking,
      faultMasking(() => host.gather(FaultMasks)),
    );
    host.contribute(
      Ops,
      implement(getOpenApi, () => registry.openApi()),
    );
  },
});
