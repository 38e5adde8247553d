import type { Clock, ModelRequest } from "@dispatch/kernel";
import { providerLaws } from "@dispatch/testkit";
import { test } from "vitest";
import { offlineProvider } from "./provider.ts";

const hasty: Clock = { now: () => 0, monotonic: () => 0, sleep: async () => {} };
const request: ModelRequest = {
  system: "",
  messages: [{ id: "u", role: "user", parts: [{ chunk: { type: "text", text: "What can you do?" } }] }],
  tools: [],
};

for (const [law, hold] of Object.entries(providerLaws)) test(law, () => hold(async () => ({ provider: offlineProvider(hasty), request })));
