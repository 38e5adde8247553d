import { extensionLaws, testExtension } from "@dispatch/testkit";
import { test } from "vitest";
import traceView from "./index.ts";

const others = [testExtension("op-registry", { tier: "core" })];
const config = { path: "/nowhere/traces.db" };
for (const [law, hold] of Object.entries(extensionLaws)) test(law, () => hold(async () => ({ extension: traceView, others, config })));
