import {
  chatErrorBody,
  contentChunk,
  doneEvent,
  ending,
  errorChunk,
  finishChunk,
  modelLaws,
  reasoningChunk,
  roleChunk,
  sseEvent,
  startModelServer,
  textAnswer,
  toolCallAnswer,
} from "@dispatch/testkit";
import { expect, test } from "vitest";
import { openAiCompatible } from "./openai-compatible.ts";
import { answered, partsOf, provider, request, textOf } from "./request.fixture.ts";

const usage = { promptTokens: 120, completionTokens: 30, cachedTokens: 100, reasoningTokens: 12 };
const read = (path: string) => ({ id: `call-${path}`, name: "read_file", arguments: JSON.stringify({ path }) });

for (const [law, hold] of Object.entries(modelLaws)) {
  test(law, async () => {
    await using server = await startModelServer({ script: () => textAnswer(["a", "b", "c"], usage) });
    const broken = provider(server, { baseUrl: "http://127.0.0.1:1/v1" }).model("m");
    await hold(async () => ({ model: provider(server).model("m"), request: request(), broken }));
  });
}

test("text arrives in order, then usage, then the finish with the provider's own word", async () => {
  const parts = await answered([textAnswer(["Hel", "lo ", "🦉"], usage)]);
  expect(textOf(parts)).toBe("Hello 🦉");
  expect(parts.slice(-2)).toEqual([
    { type: "usage", usage: { inputTokens: 120, outputTokens: 30, cacheReadTokens: 100, reasoningTokens: 12 } },
    { type: "finish", unified: "stop", raw: "stop" },
  ]);
});

test("counters that the provider did not tell stay absent", async () => {
  const parts = await answered([textAnswer(["a"], { promptTokens: 5, completionTokens: 1 })]);
  expect(parts.at(-2)).toEqual({ type: "usage", usage: { inputTokens: 5, outputTokens: 1 } });
  expect((await answered([textAnswer(["a"])])).map(({ type }) => type)).toEqual(["text-delta", "finish"]);
});

test("what went into a provider's cache is told where it tells that", async () => {
  const told = { prompt_tokens: 500, completion_tokens: 1, prompt_tokens_details: { cached_tokens: 100, cache_write_tokens: 300 } };
  const parts = await answered([
    roleChunk() + contentChunk("a") + finishChunk("stop") + sseEvent({ choices: [], usage: told }) + doneEvent,
  ]);
  expect(parts.at(-2)).toEqual({
    type: "usage",
    usage: { inputTokens: 500, outputTokens: 1, cacheReadTokens: 100, cacheWriteTokens: 300 },
  });
});

test("reasoning comes as reasoning, before the text", async () => {
  const parts = await answered([roleChunk() + reasoningChunk("let me ") + reasoningChunk("see") + contentChunk("42") + ending("stop")]);
  expect([textOf(parts, "reasoning-delta"), textOf(parts)]).toEqual(["let me see", "42"]);
  expect(parts[0]?.type).toBe("reasoning-delta");
});

test("tool calls come with exactly the text that the model wrote, each after its pieces", async () => {
  const calls = [read("a.md"), read("b/ü.md"), { id: "c", name: "odd", arguments: '{ "a" :  1 }' }];
  const parts = await answered([toolCallAnswer(calls, 5)]);
  expect(parts.filter(({ type }) => type === "tool-call")).toEqual(
    calls.map(({ id, name, arguments: inputText }) => ({ type: "tool-call", toolCallId: id, toolName: name, inputText })),
  );
  for (const { id, arguments: text } of calls) {
    expect(parts.map((part) => (part.type === "tool-input-delta" && part.toolCallId === id ? part.text : "")).join("")).toBe(text);
  }
  expect(parts.at(-1)).toEqual({ type: "finish", unified: "tool-calls", raw: "tool_calls" });
});

test("the request carries system, history, tools, limit and effort", async () => {
  await using server = await startModelServer({ script: () => textAnswer(["a"]) });
  const tools = [
    { name: "glob", description: "Find files.", inputSchema: { type: "object", properties: { pattern: { type: "string" } } } },
  ];
  for (const reasoningEffort of ["low", "xhigh", "max"] as const) {
    await partsOf(provider(server).model("m"), undefined, request({ tools, outputTokensMax: 77, reasoningEffort }));
  }
  const { body, headers } = await server.request(1);
  expect(headers.authorization).toBe("Bearer key-of-the-test");
  expect(body).toEqual({
    model: "m",
    max_tokens: 77,
    reasoning_effort: "low",
    stream: true,
    stream_options: { include_usage: true },
    messages: [
      { role: "system", content: "Be brief." },
      { role: "user", content: "hi" },
    ],
    tools: [{ type: "function", function: { name: "glob", description: "Find files.", parameters: tools[0]?.inputSchema } }],
  });
  expect(server.requests.map((each) => (each.body as { reasoning_effort: string }).reasoning_effort)).toEqual(["low", "xhigh", "max"]);
});

test("a model that refuses the effort is asked without it, now and from then on", async () => {
  await using server = await startModelServer({
    script: ({ body }) =>
      "reasoning_effort" in (body as object)
        ? {
            status: 400,
            headers: { "content-type": "application/json" },
            steps: [chatErrorBody("Unrecognized request argument: reasoning_effort")],
          }
        : textAnswer(["fine"]),
  });
  const { model } = provider(server);
  const asked = request({ reasoningEffort: "high" });
  expect(textOf(await partsOf(model("m"), undefined, asked))).toBe("fine");
  expect(textOf(await partsOf(model("m"), undefined, asked))).toBe("fine");
  expect(server.requests).toHaveLength(3);
});

const refusals = [
  [400, "invalid", "ai-sdk-model/refused"],
  [401, "denied", "ai-sdk-model/denied"],
  [402, "denied", "ai-sdk-model/denied"],
  [403, "denied", "ai-sdk-model/denied"],
  [404, "invalid", "ai-sdk-model/refused"],
  [408, "unavailable", "ai-sdk-model/unavailable"],
  [409, "unavailable", "ai-sdk-model/unavailable"],
  [422, "invalid", "ai-sdk-model/refused"],
  [429, "limited", "ai-sdk-model/limited"],
  [500, "unavailable", "ai-sdk-model/unavailable"],
  [503, "unavailable", "ai-sdk-model/unavailable"],
] as const;

for (const [status, kind, code] of refusals) {
  test(`HTTP ${status} is a failure of kind ${kind} that repeats the provider's words but not the key`, async () => {
    const parts = await answered([{ status, steps: [chatErrorBody("no, not with key-of-the-test")] }]);
    expect(parts).toMatchObject([{ type: "error", kind, code }]);
    expect(parts[0]).toHaveProperty("message", expect.stringContaining("no, not with ***"));
  });
}

test("the provider's wish to wait is told, in seconds, as a date and in milliseconds", async () => {
  const wish = async (headers: { readonly [name: string]: string }) => {
    const [part] = await answered([{ status: 429, headers, steps: [chatErrorBody("slow down")] }]);
    return part?.type === "error" ? part.retryAfterMs : undefined;
  };
  expect(await wish({ "retry-after": "7" })).toBe(7_000);
  expect(await wish({ "retry-after-ms": "80" })).toBe(80);
  expect(await wish({})).toBeUndefined();
  const byDate = await wish({ "retry-after": new Date(Date.now() + 60_000).toUTCString() });
  expect(byDate).toBeGreaterThan(50_000);
  expect(byDate).toBeLessThanOrEqual(60_000);
});

test("an exhausted quota is not worth a wait", async () => {
  const body = JSON.stringify({
    error: { message: "You exceeded your current quota", type: "insufficient_quota", code: "insufficient_quota" },
  });
  expect(await answered([{ status: 429, steps: [body] }])).toMatchObject([{ type: "error", kind: "denied" }]);
});

test("nobody at the address is a failure of kind unavailable", async () => {
  const parts = await partsOf(openAiCompatible({ id: "test", baseUrl: "http://127.0.0.1:1/v1" }).model("m"));
  expect(parts).toMatchObject([{ type: "error", kind: "unavailable", code: "ai-sdk-model/unreachable" }]);
});

test("a malformed line fails the answer, although the stream goes on to a clean finish", async () => {
  const parts = await answered([`${roleChunk()}${contentChunk("a")}data: {"choices": [\n\n${contentChunk("b")}${ending("stop")}`]);
  expect(parts).toMatchObject([
    { type: "text-delta", text: "a" },
    { type: "error", kind: "unavailable", code: "ai-sdk-model/garbled" },
  ]);
});

test("an error in the stream is told by what the provider says of it", async () => {
  const failed = async (code?: string | number) =>
    (await answered([contentChunk("a") + errorChunk("it broke", code) + ending("stop")])).at(-1);
  expect(await failed()).toMatchObject({ type: "error", kind: "unavailable", message: expect.stringContaining("it broke") });
  expect(await failed("rate_limit_exceeded")).toMatchObject({ kind: "limited" });
  expect(await failed(503)).toMatchObject({ kind: "unavailable" });
  expect(await failed("context_length_exceeded")).toMatchObject({ kind: "invalid" });
});

test("a stream that ends without a finish is a failure, be it closed in order or cut", async () => {
  for (const steps of [[contentChunk("a")], [contentChunk("a"), "cut"]] as const) {
    const parts = await answered([{ steps }]);
    expect(textOf(parts)).toBe("a");
    expect(parts.at(-1)).toMatchObject({ type: "error", kind: "unavailable", code: "ai-sdk-model/cut" });
  }
});

test("HTTP 200 with a web page or with JSON is no answer", async () => {
  const instead = async (body: string, type: string) => answered([{ headers: { "content-type": type }, steps: [body] }]);
  expect(await instead("<!doctype html><title>Sign in</title>", "text/html")).toMatchObject([
    { kind: "invalid", code: "ai-sdk-model/no-stream" },
  ]);
  expect(await instead(chatErrorBody("busy"), "application/json")).toMatchObject([
    { kind: "invalid", message: expect.stringContaining("busy") },
  ]);
  expect(await instead('{"error":{"message":"later","code":503}}', "text/event-stream")).toMatchObject([{ kind: "unavailable" }]);
  expect(await instead('{"ok":true}', "application/json")).toMatchObject([{ kind: "unavailable", code: "ai-sdk-model/no-stream" }]);
});

test("silence ends the request after the limit, before the headers and between two pieces", async () => {
  for (const steps of [["stall"], [roleChunk() + contentChunk("a"), "stall"]] as const) {
    await using server = await startModelServer({ script: [{ steps }] });
    const parts = await partsOf(provider(server, { idleTimeoutMs: 80 }).model("m"));
    expect(parts.at(-1)).toMatchObject({ type: "error", kind: "unavailable", code: "ai-sdk-model/silent" });
    const asked = await server.request(1);
    await asked.over;
    expect(asked.aborted).toBe(true);
  }
});

test("a slow answer is not a silent one: any byte counts, a comment too", async () => {
  const beats = Array.from({ length: 12 }, () => [{ pauseMs: 40 }, ": keep-alive\n\n"] as const).flat();
  const parts = await answered([{ steps: [...beats, textAnswer(["done"])] }], { idleTimeoutMs: 300 });
  expect(textOf(parts)).toBe("done");
});

test("an abort ends the HTTP request and the stream, before the headers and in the middle", async () => {
  for (const steps of [["stall"], [roleChunk() + contentChunk("a"), "stall"]] as const) {
    await using server = await startModelServer({ script: [{ steps }] });
    const stop = new AbortController();
    const parts = partsOf(provider(server).model("m"), stop.signal);
    const asked = await server.request(1);
    stop.abort();
    await asked.over;
    expect(asked.aborted).toBe(true);
    expect((await parts).at(-1)).toMatchObject({ type: "error", kind: "cancelled" });
  }
});

test("a consumer that stops early ends the HTTP request", async () => {
  await using server = await startModelServer({ script: [{ steps: [roleChunk(), contentChunk("a"), "stall"] }] });
  for await (const _ of provider(server).model("m").stream(request(), new AbortController().signal)) break;
  const asked = await server.request(1);
  await asked.over;
  expect(asked.aborted).toBe(true);
});

test("models are listed in the server's order with what it tells of them", async () => {
  const data = [{ id: "b", context_length: 64_000, architecture: { input_modalities: ["text", "image"] } }, { id: "a" }, { id: "" }, 7];
  await using server = await startModelServer({ script: [], models: { steps: [JSON.stringify({ data })] } });
  const asked = provider(server, { cards: [{ id: "a", contextWindow: 1_000 }] });
  expect(await asked.listModels(new AbortController().signal)).toEqual([
    { id: "b", contextWindow: 64_000, vision: true },
    { id: "a", contextWindow: 1_000 },
  ]);
  expect([asked.model("b").contextWindow, asked.model("a").contextWindow, asked.model("c").contextWindow]).toEqual([
    64_000,
    1_000,
    undefined,
  ]);
});

test("a listing that is refused, hangs, or is none at all is a fault", async () => {
  const listing = async (models: Parameters<typeof startModelServer>[0]["models"], listTimeoutMs = 10_000) => {
    await using server = await startModelServer({ script: [], ...(models === undefined ? {} : { models }) });
    return await provider(server, { listTimeoutMs }).listModels(new AbortController().signal);
  };
  await expect(listing({ status: 401, steps: [chatErrorBody("who?")] })).rejects.toMatchObject({ kind: "denied" });
  await expect(listing({ steps: ["stall"] }, 60)).rejects.toMatchObject({ kind: "unavailable", code: "ai-sdk-model/silent" });
  await expect(listing({ steps: ["<html>"] })).rejects.toMatchObject({ kind: "unavailable", code: "ai-sdk-model/no-list" });
});

// Reaches modelsMax, listBytesMax.
test("of a list of models 2,000 are taken, and one of more than 8 MiB is refused", async () => {
  const listing = async (...models: readonly object[]) => {
    await using server = await startModelServer({ script: [], models: { steps: [JSON.stringify({ object: "list", data: models })] } });
    return await provider(server).listModels(new AbortController().signal);
  };
  const many = Array.from({ length: 2_005 }, (_, n) => ({ id: `m${n}`, object: "model" }));
  expect((await listing(...many)).at(-1)).toMatchObject({ id: "m1999" });
  await expect(listing({ id: "m", object: "model", about: "x".repeat(8 * 1024 * 1024) })).rejects.toMatchObject({ kind: "unavailable" });
});
