import conversationStore from "@dispatch/conversation-store";
import { Images } from "@dispatch/images/contract";
import opRegistry from "@dispatch/op-registry";
import { extensionLaws, testExtension } from "@dispatch/testkit";
import { test } from "vitest";
import conversationExport from "./index.ts";

const standIn = testExtension("images", { activate: (host) => void host.provide(Images, {} as Images) });
for (const [law, hold] of Object.entries(extensionLaws))
  test(law, () => hold(async () => ({ extension: conversationExport, others: [opRegistry, conversationStore, standIn] })));
