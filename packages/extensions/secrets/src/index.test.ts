import { extensionLaws, testExtension } from "@dispatch/testkit";
import { test } from "vitest";
import secrets, { SecretValues } from "./index.ts";

const others = ["op-registry", "session-orchestrator"].map((id) => ({ ...testExtension(id, { activate() {} }), tier: "core" as const }));

for (const [law, hold] of Object.entries(extensionLaws))
  test(law, () => hold(async () => ({ extension: secrets(new SecretValues(["a-key-of-the-tests"])), others })));
