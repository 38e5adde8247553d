import {
  httpProviderLaws,
  messagesAnswer,
  messagesErrorBody,
  messagesList,
  modelRequest,
  providerLaws,
  startModelServer,
} from "@dispatch/testkit";
import { test } from "vitest";
import { anthropic } from "./anthropic.ts";

for (const [law, hold] of Object.entries(httpProviderLaws))
  test(law, () =>
    hold(async () => ({
      open: (options) => anthropic({ id: "anthropic-of-the-test", ...options }),
      answer: (deltas) => messagesAnswer(deltas),
      refusal: (message) => messagesErrorBody(message),
      list: (ids) => messagesList(ids),
    })),
  );

for (const [law, hold] of Object.entries(providerLaws))
  test(law, async () => {
    const models = { headers: { "content-type": "application/json" }, steps: [messagesList(["m-1", "m-2"])] };
    await using server = await startModelServer({ script: () => messagesAnswer(["a", "b", "c"]), models });
    const provider = anthropic({ id: "anthropic-of-the-test", baseUrl: server.url, apiKey: "key-of-the-test" });
    await hold(async () => ({ provider, request: modelRequest() }));
  });
