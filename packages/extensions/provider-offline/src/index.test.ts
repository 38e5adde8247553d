import credentialStore from "@dispatch/credential-store";
import opRegistry from "@dispatch/op-registry";
import { extensionLaws } from "@dispatch/testkit";
import { test } from "vitest";
import providerOffline from "./index.ts";

for (const [law, hold] of Object.entries(extensionLaws))
  test(law, () => hold(async () => ({ extension: providerOffline, others: [opRegistry, credentialStore] })));
