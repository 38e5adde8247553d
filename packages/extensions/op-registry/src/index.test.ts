import { boot, defineExtension, silentLog } from "@dispatch/kernel";
import { FakeClock, MemoryStorage } from "@dispatch/testkit";
import { getHealth } from "@dispatch/transport-contract";
import { expect, test } from "vitest";
import { implement, OpRegistry, Ops } from "./contract.ts";
import opRegistry from "./index.ts";

const start = (config: { readonly [id: string]: unknown } = {}) =>
  boot({
    extensions: [opRegistry, health],
    config,
    storage: new MemoryStorage(),
    log: silentLog,
    clock: new FakeClock(),
    activateTimeoutMs: 1_000,
    graceMs: 0,
    granted: { core: [], standard: [], external: [] },
  });

const health = defineExtension({
  id: "health",
  version: "1.0.0",
  apiVersion: "1",
  tier: "standard",
  dependsOn: ["op-registry"],
  capabilities: [],
  activate(host) {
    host.contribute(
      Ops,
      implement(getHealth, () => ({ ok: true as const })),
    );
  },
});
const context = { signal: new AbortController().signal, caller: { name: "local", via: "internal" } };

test("ops of other extensions can be called, and the registry describes them and itself", async () => {
  await using kernel = await start();
  const registry = kernel.use(OpRegistry);
  expect(await registry.call("health.get", {}, context)).toEqual({ ok: true });
  const described = (await registry.call("openapi.get", {}, context)) as { readonly paths: object };
  expect(Object.keys(described.paths).sort()).toEqual(["/chat", "/health", "/openapi.json"]);
});

test("an unknown setting is refused with the nearest valid name", async () => {
  await expect(start({ "op-registry": { checkOutput: "all" } })).rejects.toMatchObject({
    message: expect.stringContaining("checkOutputs"),
  });
});
