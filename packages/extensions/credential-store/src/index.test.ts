import { boot, defineExtension, Providers } from "@dispatch/kernel";
import opRegistry from "@dispatch/op-registry";
import { OpRegistry } from "@dispatch/op-registry/contract";
import { bootOptions, extensionLaws, testExtension } from "@dispatch/testkit";
import { expect, test } from "vitest";
import { Credentials, ModelCatalog } from "./contract.ts";
import credentialStore from "./index.ts";

for (const [law, hold] of Object.entries(extensionLaws)) {
  test(law, () => hold(async () => ({ extension: credentialStore, others: [opRegistry] })));
}

const echo = defineExtension({
  ...testExtension("provider-echo", { dependsOn: ["credential-store"] }),
  activate(host) {
    host.contribute(Credentials, { name: "demo", providerId: "echo", defaultModel: "echo" });
    host.contribute(Providers, {
      id: "echo",
      listModels: async () => [{ id: "echo" }],
      model: (id) => ({ name: `echo/${id}`, stream: async function* () {} }),
    });
  },
});

test("what other extensions contribute is listed and resolved, and GET /models leaves out empty information", async () => {
  await using kernel = await boot(bootOptions([opRegistry, credentialStore, echo]));
  expect(kernel.use(ModelCatalog).resolve().name).toBe("demo/echo");
  const context = { signal: new AbortController().signal, caller: { name: "local", via: "internal" } };
  expect(await kernel.use(OpRegistry).call("models.list", {}, context)).toEqual({ models: ["demo/echo"] });
});
