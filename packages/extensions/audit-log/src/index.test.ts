import opRegistry from "@dispatch/op-registry";
import secrets, { SecretValues } from "@dispatch/secrets";
import { extensionLaws, testExtension } from "@dispatch/testkit";
import { test } from "vitest";
import extension from "./index.ts";

const others = () => [opRegistry, testExtension("session-orchestrator", { tier: "core" }), secrets(new SecretValues([]))];

for (const [law, hold] of Object.entries(extensionLaws)) test(law, () => hold(async () => ({ extension, others: others() })));
