import { textAnswer } from "@dispatch/testkit";
import { expect, test } from "vitest";
import { startApi } from "./api.fixture.ts";

test("a conversation whose thinking is off asks the provider for the least effort", async () => {
  const hello = textAnswer(["Hello."]);
  await using api = await startApi([hello, hello, hello]);
  const path = "/conversations/c/thinking";
  expect(await api.get(path)).toEqual({ status: 200, body: { conversationId: "c", thinking: null } });
  await api.chat({ message: "Hi", conversationId: "c", reasoningEffort: "high" });
  expect(await api.send("PUT", path, { thinking: false })).toEqual({ status: 200, body: { conversationId: "c", thinking: false } });
  await api.chat({ message: "Hi", conversationId: "c", reasoningEffort: "high" });
  expect(await api.send("PUT", path, { thinking: null })).toMatchObject({ status: 400 });
  await api.send("PUT", path, { thinking: true });
  await api.chat({ message: "Hi", conversationId: "c" });
  expect(api.model.requests.map(({ body }) => (body as { reasoning_effort?: string }).reasoning_effort)).toEqual(["high", "low", "high"]);
});
