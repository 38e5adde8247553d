import { Conversations } from "@dispatch/session-orchestrator/contract";
import { extensionLaws, testExtension } from "@dispatch/testkit";
import { OpenStreams } from "@dispatch/transport-http/contract";
import { OpenSockets } from "@dispatch/transport-ws/contract";
import { test } from "vitest";
import metrics from "./index.ts";

const others = [
  testExtension("session-orchestrator", { activate: (host) => void host.provide(Conversations, {} as Conversations) }),
  testExtension("transport-http", { activate: (host) => void host.provide(OpenStreams, { count: () => 0 }) }),
  testExtension("transport-ws", { activate: (host) => void host.provide(OpenSockets, { count: () => 0, subscriptions: () => 0 }) }),
];

for (const [law, hold] of Object.entries(extensionLaws)) test(law, () => hold(async () => ({ extension: metrics([]), others })));
