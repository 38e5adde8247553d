import credentialStore from "@dispatch/credential-store";
import opRegistry from "@dispatch/op-registry";
import { Conversations } from "@dispatch/session-orchestrator/contract";
import { extensionLaws, testExtension } from "@dispatch/testkit";
import { test } from "vitest";
import extension from "./index.ts";

/** The laws ask nothing of the conversations; the other tests have the real ones. */
const standIn = testExtension("session-orchestrator", {
  activate(host) {
    host.provide(Conversations, {} as Conversations);
  },
});
const others = [opRegistry, credentialStore, standIn];

for (const [law, hold] of Object.entries(extensionLaws)) test(law, () => hold(async () => ({ extension, others })));
