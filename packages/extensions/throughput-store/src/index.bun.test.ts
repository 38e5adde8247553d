import { OpRegistry } from "@dispatch/op-registry/contract";
import { openDesk } from "@dispatch/session-orchestrator/fixture";
import { extensionLaws, testExtension } from "@dispatch/testkit";
import { getThroughput } from "@dispatch/transport-contract";
import { expect, test } from "vitest";
import throughputStore from "./index.ts";

const others = ["op-registry", "session-orchestrator"].map((id) => testExtension(id, { tier: "core" }));
for (const [law, hold] of Object.entries(extensionLaws)) test(law, () => hold(async () => ({ extension: throughputStore, others })));

const context = { signal: new AbortController().signal, caller: { name: "local", via: "internal" } };

test("a date that does not exist, or is of another period, is refused", async () => {
  await using desk = await openDesk({ answers: [], extensions: [throughputStore] });
  const registry = desk.kernel.use(OpRegistry);
  for (const input of [
    {},
    { period: "day" },
    { date: "2026-11-04" },
    { period: "year", date: "2026-11-04" },
    { period: "day", date: "2026-02-29" },
    { period: "week", date: "2026-13-01" },
    { period: "day", date: "2026-11-00" },
    { period: "day", date: "2026-11-4" },
    { period: "day", date: "2026-11" },
    { period: "month", date: "2026-11-04" },
    { period: "month", date: "2026-00" },
    { period: "day", date: "+002026-11-04" },
  ])
    await expect(registry.call(getThroughput.id, input, context), JSON.stringify(input)).rejects.toMatchObject({ kind: "invalid" });
  await expect(registry.call(getThroughput.id, { period: "day", date: "2024-02-29" }, context)).resolves.toMatchObject({ models: [] });
});
