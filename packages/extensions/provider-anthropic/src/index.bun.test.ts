import authApikey from "@dispatch/auth-apikey";
import credentialStore from "@dispatch/credential-store";
import { ModelCatalog } from "@dispatch/credential-store/contract";
import { boot } from "@dispatch/kernel";
import opRegistry from "@dispatch/op-registry";
import { bootOptions, extensionLaws, messagesAnswer, messagesList, startModelServer } from "@dispatch/testkit";
import { expect, test } from "vitest";
import providerAnthropic from "./index.ts";

const others = [opRegistry, authApikey, credentialStore];
const keys = { FIRST_KEY: "first-key", SECOND_KEY: "second-key" };
const signal = new AbortController().signal;

const start = (...credentials: readonly object[]) =>
  boot(bootOptions([...others, providerAnthropic], { config: { "auth-apikey": { keys }, "provider-anthropic": { credentials } } }));

for (const [law, hold] of Object.entries(extensionLaws)) {
  test(law, () => hold(async () => ({ extension: providerAnthropic, others })));
}

test("without a configured credential there is nothing", async () => {
  await using kernel = await start();
  expect(await kernel.use(ModelCatalog).list(signal)).toEqual({ models: [], modelInfo: {} });
});

test("several credentials stand side by side, each with its own server and key", async () => {
  const models = { headers: { "content-type": "application/json" }, steps: [messagesList(["claude-m"])] };
  await using one = await startModelServer({ script: () => messagesAnswer(["one"]), models });
  await using two = await startModelServer({ script: () => messagesAnswer(["two"]), models });
  await using kernel = await start(
    { name: "work", baseUrl: one.url, keyName: "FIRST_KEY" },
    { name: "home", baseUrl: two.url, keyName: "SECOND_KEY", model: "claude-m" },
  );
  const catalog = kernel.use(ModelCatalog);
  expect((await catalog.list(signal)).models).toEqual(["work/claude-m", "home/claude-m"]);
  expect(catalog.resolve().name).toBe("home/claude-m");
  const request = {
    system: "s",
    messages: [{ id: "1", role: "user" as const, parts: [{ chunk: { type: "text" as const, text: "hi" } }] }],
    tools: [],
  };
  for (const [name, server, key] of [
    ["work", one, "first-key"],
    ["home", two, "second-key"],
  ] as const) {
    const parts = await Array.fromAsync(catalog.resolve(`${name}/claude-m`).model.stream(request, signal));
    expect(parts.at(-1)).toMatchObject({ type: "finish", unified: "stop" });
    const { path, headers } = await server.request(1);
    expect(path).toBe("/v1/messages");
    expect(JSON.stringify(headers)).toContain(key);
    expect(server.requests).toHaveLength(1);
  }
});

test("a credential without its key is there by name, and says what to set", async () => {
  await using kernel = await start({ name: "work", keyName: "THIRD_KEY" });
  const catalog = kernel.use(ModelCatalog);
  expect((await catalog.list(signal)).models).toEqual([]);
  expect(() => catalog.resolve("work/claude-m")).toThrow(/work has no key\. Set THIRD_KEY/);
});
