import { extensionLaws, testExtension } from "@dispatch/testkit";
import { SocketAddress } from "@dispatch/transport-ws/contract";
import { test } from "vitest";
import extension from "./index.ts";

const others = () => [
  testExtension("transport-http", { tier: "core" }),
  testExtension("transport-ws", { tier: "core", activate: (host) => void host.provide(SocketAddress, { url: "ws://127.0.0.1:24205" }) }),
];

for (const [law, hold] of Object.entries(extensionLaws))
  test(law, () => hold(async () => ({ extension, config: { folder: "/nowhere/at/all" }, others: others() })));
