import conversationStore from "@dispatch/conversation-store";
import opRegistry from "@dispatch/op-registry";
import { Conversations } from "@dispatch/session-orchestrator/contract";
import { extensionLaws, testExtension } from "@dispatch/testkit";
import { test } from "vitest";
import retention from "./index.ts";

const standIn = testExtension("session-orchestrator", { activate: (host) => void host.provide(Conversations, {} as Conversations) });
for (const [law, hold] of Object.entries(extensionLaws))
  test(law, () => hold(async () => ({ extension: retention, others: [opRegistry, conversationStore, standIn] })));
