import authApikey from "@dispatch/auth-apikey";
import credentialStore from "@dispatch/credential-store";
import { ModelCatalog } from "@dispatch/credential-store/contract";
import { boot, type ModelPart } from "@dispatch/kernel";
import opRegistry from "@dispatch/op-registry";
import { bootOptions, chatErrorBody, extensionLaws, startModelServer, textAnswer } from "@dispatch/testkit";
import { expect, test } from "vitest";
import providerOpenaiCompat from "./index.ts";

const others = [opRegistry, authApikey, credentialStore];
const key = "key-of-the-test";

const start = (config: { readonly [id: string]: unknown }) => boot(bootOptions([...others, providerOpenaiCompat], { config }));
const keyed = { "auth-apikey": { keys: { DISPATCH_API_KEY: key } } };
const signal = new AbortController().signal;

for (const [law, hold] of Object.entries(extensionLaws)) {
  test(law, () => hold(async () => ({ extension: providerOpenaiCompat, others })));
}

test("with a key its models are listed under opencode, and its default answers", async () => {
  await using server = await startModelServer({ script: [textAnswer(["hi"])], models: ["flash", "vendor/pro"] });
  await using kernel = await start({ ...keyed, "provider-openai-compat": { baseUrl: server.url, model: "flash" } });
  const catalog = kernel.use(ModelCatalog);
  expect(await catalog.list(signal)).toEqual({ models: ["opencode/flash", "opencode/vendor/pro"], modelInfo: {} });
  const { name, model } = catalog.resolve();
  expect([name, model.name]).toEqual(["opencode/flash", "openai-compat/flash"]);
  const request = {
    system: "",
    messages: [{ id: "1", role: "user", parts: [{ chunk: { type: "text", text: "hi" } }] }],
    tools: [],
  } as const;
  const parts: readonly ModelPart[] = await Array.fromAsync(model.stream(request, signal));
  expect(parts).toMatchObject([{ type: "text-delta", text: "hi" }, { type: "finish" }]);
  expect(await server.request(1)).toMatchObject({ headers: { authorization: `Bearer ${key}` }, body: { model: "flash" } });
});

test("without a key nothing is listed, and the credential says that its key is missing", async () => {
  for (const keys of [{}, { DISPATCH_API_KEY: "  " }, { UMANS_API_KEY: key }]) {
    await using kernel = await start({ "auth-apikey": { keys } });
    const catalog = kernel.use(ModelCatalog);
    expect((await catalog.list(signal)).models).toEqual([]);
    expect(() => catalog.resolve()).toThrow(/opencode has no key\. Set DISPATCH_API_KEY in \.env/);
  }
});

test("a refused key names the variable to look at, and never the key", async () => {
  await using server = await startModelServer({ script: [{ status: 401, steps: [chatErrorBody(`bad key ${key}`)] }] });
  await using kernel = await start({ ...keyed, "provider-openai-compat": { baseUrl: server.url } });
  const { model } = kernel.use(ModelCatalog).resolve("opencode/m");
  const [part] = await Array.fromAsync(model.stream({ system: "s", messages: [], tools: [] }, signal));
  expect(part).toMatchObject({ type: "error", kind: "denied", message: expect.stringMatching(/^opencode\/m .*DISPATCH_API_KEY/) });
  expect(JSON.stringify(part)).not.toContain(key);
});
