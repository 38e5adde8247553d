import authApikey from "@dispatch/auth-apikey";
import credentialStore from "@dispatch/credential-store";
import { ModelCatalog } from "@dispatch/credential-store/contract";
import { boot } from "@dispatch/kernel";
import opRegistry from "@dispatch/op-registry";
import { bootOptions, contentAnswer, contentList, extensionLaws, startModelServer } from "@dispatch/testkit";
import { expect, test } from "vitest";
import providerGoogle from "./index.ts";

const others = [opRegistry, authApikey, credentialStore];
const keys = { FIRST_KEY: "first-key", SECOND_KEY: "second-key" };
const signal = new AbortController().signal;

const start = (...credentials: readonly object[]) =>
  boot(bootOptions([...others, providerGoogle], { config: { "auth-apikey": { keys }, "provider-google": { credentials } } }));

for (const [law, hold] of Object.entries(extensionLaws)) {
  test(law, () => hold(async () => ({ extension: providerGoogle, others })));
}

test("without a configured credential there is nothing", async () => {
  await using kernel = await start();
  expect(await kernel.use(ModelCatalog).list(signal)).toEqual({ models: [], modelInfo: {} });
});

test("several credentials stand side by side, each with its own server and key", async () => {
  const models = { headers: { "content-type": "application/json" }, steps: [contentList(["gemini-m"])] };
  await using one = await startModelServer({ script: () => contentAnswer(["one"]), models });
  await using two = await startModelServer({ script: () => contentAnswer(["two"]), models });
  await using kernel = await start(
    { name: "work", baseUrl: one.url, keyName: "FIRST_KEY" },
    { name: "home", baseUrl: two.url, keyName: "SECOND_KEY", model: "gemini-m" },
  );
  const catalog = kernel.use(ModelCatalog);
  expect((await catalog.list(signal)).models).toEqual(["work/gemini-m", "home/gemini-m"]);
  expect(catalog.resolve().name).toBe("home/gemini-m");
  const request = {
    system: "s",
    messages: [{ id: "1", role: "user" as const, parts: [{ chunk: { type: "text" as const, text: "hi" } }] }],
    tools: [],
  };
  for (const [name, server, key] of [
    ["work", one, "first-key"],
    ["home", two, "second-key"],
  ] as const) {
    const parts = await Array.fromAsync(catalog.resolve(`${name}/gemini-m`).model.stream(request, signal));
    expect(parts.at(-1)).toMatchObject({ type: "finish", unified: "stop" });
    const { path, headers } = await server.request(1);
    expect(path).toBe("/v1/models/gemini-m:streamGenerateContent?alt=sse");
    expect(JSON.stringify(headers)).toContain(key);
    expect(server.requests).toHaveLength(1);
  }
});

test("a credential without its key is there by name, and says what to set", async () => {
  await using kernel = await start({ name: "work", keyName: "THIRD_KEY" });
  const catalog = kernel.use(ModelCatalog);
  expect((await catalog.list(signal)).models).toEqual([]);
  expect(() => catalog.resolve("work/gemini-m")).toThrow(/work has no key\. Set THIRD_KEY/);
});
