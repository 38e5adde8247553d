import conversationStore from "@dispatch/conversation-store";
import opRegistry from "@dispatch/op-registry";
import { extensionLaws, testExtension } from "@dispatch/testkit";
import { test } from "vitest";
import extension from "./index.ts";

const others = [opRegistry, conversationStore, testExtension("session-orchestrator")];

for (const [law, hold] of Object.entries(extensionLaws)) test(law, () => hold(async () => ({ extension, others })));
