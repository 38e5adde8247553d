import { extensionLaws } from "@dispatch/testkit";
import { test } from "vitest";
import extension from "./index.ts";

for (const [law, hold] of Object.entries(extensionLaws)) test(law, () => hold(async () => ({ extension })));
