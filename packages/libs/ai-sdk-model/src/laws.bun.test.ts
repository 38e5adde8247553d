import { chatErrorBody, httpProviderLaws, modelList, modelRequest, providerLaws, startModelServer, textAnswer } from "@dispatch/testkit";
import { test } from "vitest";
import { openAiCompatible } from "./openai-compatible.ts";

for (const [law, hold] of Object.entries(httpProviderLaws))
  test(law, () =>
    hold(async () => ({
      open: (options) => openAiCompatible({ id: "openAiCompatible-of-the-test", ...options }),
      answer: (deltas) => textAnswer(deltas),
      refusal: (message) => chatErrorBody(message),
      list: (ids) => modelList(ids),
    })),
  );

for (const [law, hold] of Object.entries(providerLaws))
  test(law, async () => {
    const models = { headers: { "content-type": "application/json" }, steps: [modelList(["m-1", "m-2"])] };
    await using server = await startModelServer({ script: () => textAnswer(["a", "b", "c"]), models });
    const provider = openAiCompatible({ id: "openAiCompatible-of-the-test", baseUrl: server.url, apiKey: "key-of-the-test" });
    await hold(async () => ({ provider, request: modelRequest() }));
  });
