import {
  chatErrorBody,
  httpProviderLaws,
  modelList,
  modelRequest,
  providerLaws,
  responsesAnswer,
  startModelServer,
} from "@dispatch/testkit";
import { test } from "vitest";
import { openai } from "./openai.ts";

for (const [law, hold] of Object.entries(httpProviderLaws))
  test(law, () =>
    hold(async () => ({
      open: (options) => openai({ id: "openai-of-the-test", ...options }),
      answer: (deltas) => responsesAnswer(deltas),
      refusal: (message) => chatErrorBody(message),
      list: (ids) => modelList(ids),
    })),
  );

for (const [law, hold] of Object.entries(providerLaws))
  test(law, async () => {
    const models = { headers: { "content-type": "application/json" }, steps: [modelList(["m-1", "m-2"])] };
    await using server = await startModelServer({ script: () => responsesAnswer(["a", "b", "c"]), models });
    const provider = openai({ id: "openai-of-the-test", baseUrl: server.url, apiKey: "key-of-the-test" });
    await hold(async () => ({ provider, request: modelRequest() }));
  });
