import conversationStore from "@dispatch/conversation-store";
import opRegistry from "@dispatch/op-registry";
import { SecretValues } from "@dispatch/secrets";
import { Secrets } from "@dispatch/secrets/contract";
import { Conversations } from "@dispatch/session-orchestrator/contract";
import { extensionLaws, testExtension } from "@dispatch/testkit";
import { test } from "vitest";
import extension from "./index.ts";

const known = testExtension("secrets", { activate: (host) => void host.provide(Secrets, new SecretValues()) });
const conversations = testExtension("session-orchestrator", { activate: (host) => void host.provide(Conversations, {} as Conversations) });
const others = [opRegistry, conversationStore, conversations, known];

for (const [law, hold] of Object.entries(extensionLaws)) test(law, () => hold(async () => ({ extension, others })));
