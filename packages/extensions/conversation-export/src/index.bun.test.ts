import conversationStore from "@dispatch/conversation-store";
import { Images } from "@dispatch/images/contract";
import opRegistry from "@dispatch/op-registry";
import { SecretValues } from "@dispatch/secrets";
import { Secrets } from "@dispatch/secrets/contract";
import { extensionLaws, testExtension } from "@dispatch/testkit";
import { test } from "vitest";
import conversationExport from "./index.ts";

const standIn = testExtension("images", { activate: (host) => void host.provide(Images, {} as Images) });
const known = testExtension("secrets", { activate: (host) => void host.provide(Secrets, new SecretValues()) });
for (const [law, hold] of Object.entries(extensionLaws))
  test(law, () => hold(async () => ({ extension: conversationExport, others: [opRegistry, conversationStore, standIn, known] })));
