import authApikey from "@dispatch/auth-apikey";
import credentialStore from "@dispatch/credential-store";
import { ModelCatalog } from "@dispatch/credential-store/contract";
import { boot, type Extension } from "@dispatch/kernel";
import opRegistry from "@dispatch/op-registry";
import providerAnthropic from "@dispatch/provider-anthropic";
import providerGoogle from "@dispatch/provider-google";
import providerOpenai from "@dispatch/provider-openai";
import providerOpenaiCompat from "@dispatch/provider-openai-compat";
import providerUmans from "@dispatch/provider-umans";
import {
  bootOptions,
  contentAnswer,
  contentList,
  messagesAnswer,
  messagesList,
  modelList,
  modelRequest,
  responsesAnswer,
  startModelServer,
  textAnswer,
} from "@dispatch/testkit";
import { describe, expect, test } from "vitest";

const signal = new AbortController().signal;
const keys = { FIRST_KEY: "first-key", SECOND_KEY: "second-key" };

interface Kind {
  readonly extension: Extension;
  readonly answer: (deltas: readonly string[]) => string;
  readonly list: (ids: readonly string[]) => string;
  /** Where its requests go, behind the base URL. */
  readonly path: string;
}
const kinds: readonly Kind[] = [
  { extension: providerAnthropic, answer: messagesAnswer, list: messagesList, path: "/v1/messages" },
  { extension: providerOpenai, answer: responsesAnswer, list: modelList, path: "/v1/responses" },
  { extension: providerGoogle, answer: contentAnswer, list: contentList, path: "/v1/models/m-1:streamGenerateContent?alt=sse" },
  { extension: providerUmans, answer: textAnswer, list: modelList, path: "/v1/chat/completions" },
  { extension: providerOpenaiCompat, answer: textAnswer, list: modelList, path: "/v1/chat/completions" },
];

describe.each(kinds)("$extension.id", ({ extension, answer, list, path }) => {
  const start = (...credentials: readonly object[]) =>
    boot(
      bootOptions([opRegistry, authApikey, credentialStore, extension], {
        config: { "auth-apikey": { keys }, [extension.id]: { credentials } },
      }),
    );

  test("without a credential that has its key nothing is listed", async () => {
    await using kernel = await start();
    expect(await kernel.use(ModelCatalog).list(signal)).toEqual({ models: [], modelInfo: {} });
  });

  test("several credentials stand side by side, each with its own server and key", async () => {
    const models = { headers: { "content-type": "application/json" }, steps: [list(["m-1"])] };
    await using one = await startModelServer({ script: () => answer(["one"]), models });
    await using two = await startModelServer({ script: () => answer(["two"]), models });
    await using kernel = await start(
      { name: "work", baseUrl: one.url, keyName: "FIRST_KEY" },
      { name: "home", baseUrl: two.url, keyName: "SECOND_KEY", model: "m-1" },
    );
    const catalog = kernel.use(ModelCatalog);
    expect((await catalog.list(signal)).models).toEqual(["work/m-1", "home/m-1"]);
    expect(catalog.resolve().name).toBe("home/m-1");
    for (const [name, server, key] of [
      ["work", one, "first-key"],
      ["home", two, "second-key"],
    ] as const) {
      const parts = await Array.fromAsync(catalog.resolve(`${name}/m-1`).model.stream(modelRequest(), signal));
      expect(parts.at(-1)).toMatchObject({ type: "finish", unified: "stop" });
      const asked = await server.request(1);
      expect([asked.path, JSON.stringify(asked.headers).includes(key), server.requests.length]).toEqual([path, true, 1]);
    }
  });

  test("a credential without its key is there by name, and says what to set", async () => {
    await using kernel = await start({ name: "work", keyName: "THIRD_KEY" });
    const catalog = kernel.use(ModelCatalog);
    expect((await catalog.list(signal)).models).toEqual([]);
    expect(() => catalog.resolve("work/m-1")).toThrow(/work has no key\. Set THIRD_KEY/);
  });
});
