import { ApiKeys } from "@dispatch/auth-apikey/contract";
import { SecretValues } from "@dispatch/secrets";
import { Secrets } from "@dispatch/secrets/contract";
import { extensionLaws, testExtension } from "@dispatch/testkit";
import { expect, test } from "vitest";
import { config } from "./config.ts";
import otelExport from "./index.ts";

const keys = { get: () => undefined };
const others = [
  testExtension("auth-apikey", { activate: (host) => void host.provide(ApiKeys, keys) }),
  testExtension("secrets", { activate: (host) => void host.provide(Secrets, new SecretValues()) }),
  testExtension("session-orchestrator"),
  testExtension("turn-trace"),
  testExtension("metrics"),
];
const endpoint = "http://127.0.0.1:4318";

for (const [law, hold] of Object.entries(extensionLaws)) {
  test(`switched off: ${law}`, () => hold(async () => ({ extension: otelExport, others })));
  test(`switched on: ${law}`, () => hold(async () => ({ extension: otelExport, others, config: { endpoint, content: true } })));
}

test("an endpoint that is no address, or holds a password, is refused", () => {
  for (const wrong of ["localhost:4318", "ftp://x", "http://me:secret@otel.example"])
    expect(config.safeParse({ endpoint: wrong }).success, wrong).toBe(false);
});
