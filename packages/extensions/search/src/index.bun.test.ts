import conversationStore from "@dispatch/conversation-store";
import opRegistry from "@dispatch/op-registry";
import { extensionLaws, testExtension } from "@dispatch/testkit";
import { test } from "vitest";
import search from "./index.ts";

const others = [opRegistry, conversationStore, testExtension("session-orchestrator", { tier: "core" })];
for (const [law, hold] of Object.entries(extensionLaws))
  test(law, () => hold(async () => ({ extension: search, others, config: { path: ":memory:" } })));
