import { CallTool, defineExtension, type Extension } from "@dispatch/kernel";
import { FaultMasks } from "@dispatch/op-registry/contract";
import { ShapeModel } from "@dispatch/session-orchestrator/contract";
import { Secrets } from "./contract.ts";
import { guardCall } from "./guard-call.ts";
import { PromptMask } from "./prompt-mask.ts";
import type { SecretValues } from "./secret-values.ts";

export { SecretValues } from "./secret-values.ts";

/** Keeps what is secret out of what models, people and files are given. Whoever composes the server knows the values, and journals by them too. */
export default function secrets(values: SecretValues): Extension {
  return defineExtension({
    id: "secrets",
    version: "1.0.0",
    apiVersion: "1",
    tier: "core",
    dependsOn: ["op-registry", "session-orchestrator"],
    capabilities: ["secrets"],
    activate(host) {
      host.provide(Secrets, values);
      host.contribute(FaultMasks, { id: "secrets", mask: (value) => values.maskKnownIn(value) });
      host.on(CallTool, (call, next) => guardCall(call, next, values));
      const prompts = new PromptMask(values);
      host.on(ShapeModel, (model) => prompts.model(model));
    },
  });
}
