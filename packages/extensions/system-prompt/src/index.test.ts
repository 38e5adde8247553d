import conversationStore from "@dispatch/conversation-store";
import opRegistry from "@dispatch/op-registry";
import { SecretValues } from "@dispatch/secrets";
import { Secrets } from "@dispatch/secrets/contract";
import { extensionLaws, testExtension } from "@dispatch/testkit";
import { test } from "vitest";
import extension from "./index.ts";

const known = testExtension("secrets", { activate: (host) => void host.provide(Secrets, new SecretValues()) });
const others = [opRegistry, conversationStore, testExtension("session-orchestrator"), known];

for (const [law, hold] of Object.entries(extensionLaws)) test(law, () => hold(async () => ({ extension, others })));
