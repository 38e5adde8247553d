import authApikey from "@dispatch/auth-apikey";
import credentialStore from "@dispatch/credential-store";
import opRegistry from "@dispatch/op-registry";
import { extensionLaws } from "@dispatch/testkit";
import { test } from "vitest";
import providerOpenai from "./index.ts";

const others = [opRegistry, authApikey, credentialStore];
for (const [law, hold] of Object.entries(extensionLaws)) test(law, () => hold(async () => ({ extension: providerOpenai, others })));
