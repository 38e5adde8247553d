import { textAnswer, toolCallAnswer } from "@dispatch/testkit";
import { expect, test } from "vitest";
import { startApi } from "./api.fixture.ts";

test("there are no computers, and what is to run on one does not run here", async () => {
  const shell = toolCallAnswer([{ id: "1", name: "run_shell", arguments: JSON.stringify({ command: "touch ran-here" }) }]);
  const hello = textAnswer(["Hello."]);
  await using api = await startApi([shell, hello, shell, hello]);
  expect(await api.get("/computers")).toEqual({ status: 200, body: { computers: [] } });
  expect(await api.get("/computers/laptop")).toMatchObject({ status: 404, body: { kind: "missing" } });
  expect((await api.get("/computers/laptop/status")).body).toEqual({ alias: "laptop", state: "disconnected", knownHost: false });
  expect(await api.send("POST", "/computers/laptop/test")).toMatchObject({ status: 200, body: { alias: "laptop", ok: false } });
  const path = "/conversations/c/computer";
  expect((await api.get(path)).body).toEqual({ conversationId: "c", computerId: null });
  expect(await api.send("PUT", path, {})).toMatchObject({ status: 400 });
  expect(await api.send("PUT", path, { computerId: "laptop" })).toEqual({
    status: 200,
    body: { conversationId: "c", computerId: "laptop" },
  });
  const elsewhere = await api.chat({ message: "Touch it", conversationId: "c" });
  expect(elsewhere.find(({ type }) => type === "tool-result")).toMatchObject({
    isError: true,
    content: expect.stringMatching(/^Nothing was run/),
  });
  expect(await api.send("DELETE", path)).toEqual({ status: 200, body: { conversationId: "c", computerId: null } });
  const here = await api.chat({ message: "Touch it", conversationId: "c" });
  expect(here.find(({ type }) => type === "tool-result")).toMatchObject({ isError: false });
});
