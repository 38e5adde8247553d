import { ConversationLog } from "@dispatch/conversation-store/contract";
import opRegistry from "@dispatch/op-registry";
import { Conversations } from "@dispatch/session-orchestrator/contract";
import surfaceRegistry from "@dispatch/surface-registry";
import { extensionLaws, testExtension } from "@dispatch/testkit";
import { test } from "vitest";
import extension from "./index.ts";

const others = [
  opRegistry,
  surfaceRegistry,
  testExtension("conversation-store", { tier: "core", activate: (host) => void host.provide(ConversationLog, {} as ConversationLog) }),
  testExtension("session-orchestrator", { tier: "core", activate: (host) => void host.provide(Conversations, {} as Conversations) }),
];

for (const [law, hold] of Object.entries(extensionLaws)) test(law, () => hold(async () => ({ extension, others })));
