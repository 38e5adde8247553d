import {
  contentAnswer,
  contentErrorBody,
  contentList,
  httpProviderLaws,
  modelRequest,
  providerLaws,
  startModelServer,
} from "@dispatch/testkit";
import { test } from "vitest";
import { google } from "./google.ts";

for (const [law, hold] of Object.entries(httpProviderLaws))
  test(law, () =>
    hold(async () => ({
      open: (options) => google({ id: "google-of-the-test", ...options }),
      answer: (deltas) => contentAnswer(deltas),
      refusal: (message) => contentErrorBody(message),
      list: (ids) => contentList(ids),
    })),
  );

for (const [law, hold] of Object.entries(providerLaws))
  test(law, async () => {
    const models = { headers: { "content-type": "application/json" }, steps: [contentList(["m-1", "m-2"])] };
    await using server = await startModelServer({ script: () => contentAnswer(["a", "b", "c"]), models });
    const provider = google({ id: "google-of-the-test", baseUrl: server.url, apiKey: "key-of-the-test" });
    await hold(async () => ({ provider, request: modelRequest() }));
  });
