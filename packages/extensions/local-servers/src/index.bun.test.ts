import credentialStore from "@dispatch/credential-store";
import { ModelCatalog } from "@dispatch/credential-store/contract";
import { boot, silentLog } from "@dispatch/kernel";
import opRegistry from "@dispatch/op-registry";
import { OpRegistry } from "@dispatch/op-registry/contract";
import {
  bootOptions,
  extensionLaws,
  type MemoryDisk,
  MemoryStorage,
  type ModelServer,
  providerLaws,
  startModelServer,
  textAnswer,
} from "@dispatch/testkit";
import { expect, test } from "vitest";
import localServers from "./index.ts";
import { baseUrlOf, localProvider } from "./local-provider.ts";

const others = [opRegistry, credentialStore];
const nowhere = "http://127.0.0.1:1";
const signal = new AbortController().signal;

for (const [law, hold] of Object.entries(extensionLaws)) test(law, () => hold(async () => ({ extension: localServers, others })));

const request = {
  system: "s",
  messages: [{ id: "1", role: "user" as const, parts: [{ chunk: { type: "text" as const, text: "hi" } }] }],
  tools: [],
};
for (const [law, hold] of Object.entries(providerLaws))
  test(law, async () => {
    await using server = await startModelServer({ script: () => textAnswer(["a", "b", "c"]) });
    await hold(async () => ({ provider: localProvider("ollama", server.url), request }));
  });

async function start(addresses: { readonly [name: string]: string }, disk?: MemoryDisk) {
  const kernel = await boot(
    bootOptions([...others, localServers], {
      config: { "local-servers": { ollama: nowhere, llamacpp: nowhere, lmstudio: nowhere, ...addresses } },
      storage: new MemoryStorage(disk),
      log: silentLog,
    }),
  );
  const find = () => kernel.use(OpRegistry).call("local-servers.find", {}, { signal, caller: { name: "local", via: "internal" } });
  return { kernel, find, catalog: kernel.use(ModelCatalog), [Symbol.asyncDispose]: () => kernel[Symbol.asyncDispose]() };
}
const listing = (...models: readonly string[]): Promise<ModelServer> => startModelServer({ script: () => textAnswer(["hi"]), models });

test("nobody is asked at start; on request those that answer become credentials whose models are listed and answer", async () => {
  await using ollama = await listing("llama-3", "qwen:7b");
  await using studio = await listing("local-model");
  await using running = await start({ ollama: ollama.url, lmstudio: studio.url.replace(/\/v1$/, "/") });
  expect([ollama.lists, studio.lists]).toEqual([0, 0]);
  expect(await running.find()).toEqual({
    found: [
      { credential: "ollama", baseUrl: ollama.url, models: ["ollama/llama-3", "ollama/qwen:7b"] },
      { credential: "lmstudio", baseUrl: studio.url, models: ["lmstudio/local-model"] },
    ],
    missing: ["llamacpp"],
  });
  expect((await running.catalog.list(signal)).models).toEqual(["ollama/llama-3", "ollama/qwen:7b", "lmstudio/local-model"]);
  const parts = await Array.fromAsync(running.catalog.resolve("ollama/qwen:7b").model.stream(request, signal));
  expect(parts.at(-1)).toMatchObject({ type: "finish" });
  const asked = await ollama.request(1);
  expect([asked.headers.authorization, (asked.body as { model: string }).model]).toEqual([undefined, "qwen:7b"]);
});

test("asking again changes nothing, and two who ask at once get the same answer", async () => {
  await using ollama = await listing("m");
  await using running = await start({ ollama: ollama.url });
  const [one, two] = await Promise.all([running.find(), running.find()]);
  expect(two).toEqual(one);
  expect(ollama.lists).toBe(1);
  expect(await running.find()).toEqual(one);
});

test("what was found is remembered over a restart without asking, and lists nothing while it is gone", async () => {
  const disk: MemoryDisk = new Map();
  {
    await using ollama = await listing("m");
    await using running = await start({ ollama: ollama.url }, disk);
    await running.find();
  }
  await using back = await listing("m-2");
  {
    await using running = await start({ ollama: back.url }, disk);
    expect(back.lists).toBe(0);
    expect((await running.catalog.list(signal)).models).toEqual(["ollama/m-2"]);
  }
  await using gone = await start({}, disk);
  await expect(gone.catalog.list(signal)).rejects.toMatchObject({ kind: "unavailable" });
  expect(await gone.find()).toEqual({ found: [], missing: ["ollama", "llamacpp", "lmstudio"] });
  expect(gone.catalog.resolve("ollama/m-2").name).toBe("ollama/m-2");
});

test("whatever else answers there is none, and one that hangs holds nobody up", async () => {
  await using page = await startModelServer({ script: [], models: { steps: ["<html>"] } });
  await using elsewhere = await listing("m");
  const location = `${elsewhere.url}/models`;
  await using away = await startModelServer({ script: [], models: { status: 302, headers: { location }, steps: [] } });
  await using hanging = await startModelServer({ script: [], models: { steps: ["stall"] } });
  await using running = await start({ ollama: page.url, llamacpp: away.url, lmstudio: hanging.url });
  expect(await running.find()).toEqual({ found: [], missing: ["ollama", "llamacpp", "lmstudio"] });
  expect(elsewhere.lists).toBe(0);
  expect((await running.catalog.list(signal)).models).toEqual([]);
});

test("what was stored and is no list of names counts as nothing", async () => {
  const disk: MemoryDisk = new Map();
  const store = await new MemoryStorage(disk).open("local-servers");
  await store.commit([{ put: "found", value: { odd: true } }]);
  await using running = await start({}, disk);
  expect((await running.catalog.list(signal)).models).toEqual([]);
});

test.each([
  ["http://127.0.0.1:11434", "http://127.0.0.1:11434/v1"],
  ["http://127.0.0.1:11434/", "http://127.0.0.1:11434/v1"],
  ["http://127.0.0.1:11434/v1/", "http://127.0.0.1:11434/v1"],
])("%s is asked at %s", (address, baseUrl) => {
  expect(baseUrlOf(address)).toBe(baseUrl);
});
