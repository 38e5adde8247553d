import type { Message } from "@dispatch/kernel";
import type { NextRequestOptions } from "@dispatch/session-orchestrator/contract";
import { Gate, part, type ScriptedAnswer, ScriptedModel } from "@dispatch/testkit";
import { expect, test } from "vitest";
import { warmRequest } from "./warm-request.ts";

const said: Message = { id: "m1", role: "user", parts: [{ chunk: { type: "text", text: "Hi" } }] };
const live = new AbortController().signal;

/** A conversation with that log, whose model answers once. */
function open(answer: ScriptedAnswer, log: readonly Message[] = [said], gate?: Gate) {
  const model = new ScriptedModel([answer]);
  const conversations = {
    async nextRequest(_id: string, { also = [], outputTokensMax = 0 }: NextRequestOptions) {
      await gate?.pass();
      return { modelName: "demo/echo", model, request: { system: "", tools: [], messages: [...log, ...also], outputTokensMax } };
    },
  };
  return { model, warm: (signal = live) => warmRequest(conversations, "c", {}, signal) };
}

test("it asks for one token, behind the log, and gives what was counted last", async () => {
  const { model, warm } = open([part.usage(1, 0), part.text("O"), part.usage(9, 1), part.finish("length")]);
  expect(await warm()).toEqual({ inputTokens: 9, outputTokens: 1 });
  expect(model.requests).toMatchObject([{ outputTokensMax: 1, messages: [{ id: "m1" }, { role: "user" }] }]);
  expect(model.open).toBe(0);
});

test("a provider that counts nothing is not a failure", async () => {
  expect(await open([part.finish("stop")]).warm()).toEqual({});
});

test("an answer that breaks off, or ends with an error, is a failure", async () => {
  for (const answer of [[], [part.usage(1, 1)], [part.finish("error")]])
    await expect(open(answer).warm()).rejects.toMatchObject({ kind: "unavailable", code: "cache-warming/cut" });
  await expect(open([part.error("limited", "busy", "a/b", 5_000)]).warm()).rejects.toMatchObject({
    kind: "limited",
    code: "a/b",
    message: "busy",
    data: { retryAfterMs: 5_000 },
  });
});

test("without a log nobody is asked", async () => {
  const { model, warm } = open([part.finish("stop")], []);
  await expect(warm()).rejects.toMatchObject({ code: "cache-warming/refused" });
  expect(model.requests).toEqual([]);
});

test("stopped before the model is asked, it asks nobody and gives the reason", async () => {
  const gate = new Gate();
  const { model, warm } = open([part.finish("stop")], [said], gate);
  const stop = new AbortController();
  const asked = warm(stop.signal);
  await gate.reached;
  stop.abort(new Error("a turn starts"));
  await expect(asked).rejects.toThrow("a turn starts");
  gate.open();
  await Promise.resolve(new Promise((resolve) => setImmediate(resolve)));
  expect(model.requests).toEqual([]);
  await expect(warm(AbortSignal.abort(new Error("before")))).rejects.toThrow("before");
});

test("stopped while a model hangs that does not listen, it gives the reason at once", async () => {
  const gate = new Gate();
  const { warm } = open([() => gate.pass(), part.finish("stop")]);
  const stop = new AbortController();
  const asked = warm(stop.signal);
  await gate.reached;
  stop.abort(new Error("a turn starts"));
  await expect(asked).rejects.toThrow("a turn starts");
  gate.open();
});
