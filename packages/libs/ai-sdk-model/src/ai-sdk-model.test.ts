import type { LanguageModelV4, LanguageModelV4CallOptions, LanguageModelV4StreamPart } from "@ai-sdk/provider";
import { modelLaws } from "@dispatch/testkit";
import { expect, test } from "vitest";
import { aiSdkModel } from "./ai-sdk-model.ts";
import { partsOf, request, userMessage } from "./request.fixture.ts";

const usage = {
  inputTokens: { total: undefined, noCache: undefined, cacheRead: undefined, cacheWrite: undefined },
  outputTokens: { total: undefined, text: undefined, reasoning: undefined },
};
const finish = (unified: "stop" | "interrupted" | "error" = "stop"): LanguageModelV4StreamPart => ({
  type: "finish",
  finishReason: { unified, raw: undefined },
  usage,
});
const delta = (text: string): LanguageModelV4StreamPart => ({ type: "text-delta", id: "t", delta: text });

/** Any SDK model, reduced to what its stream says. */
function sdkModel(doStream: LanguageModelV4["doStream"]): LanguageModelV4 {
  const never = () => Promise.reject(new Error("only streams are asked for"));
  return { specificationVersion: "v4", provider: "any", modelId: "m", supportedUrls: {}, doGenerate: never, doStream };
}
const saying = (...parts: readonly LanguageModelV4StreamPart[]) => sdkModel(async () => ({ stream: streamOf(parts) }));
const streamOf = (parts: readonly LanguageModelV4StreamPart[]) =>
  new ReadableStream<LanguageModelV4StreamPart>({
    start(to) {
      for (const part of parts) to.enqueue(part);
      to.close();
    },
  });
const told = (model: LanguageModelV4, signal?: AbortSignal) => partsOf(aiSdkModel(model, { name: "any/m" }), signal);

for (const [law, hold] of Object.entries(modelLaws)) {
  test(law, () => {
    const broken = sdkModel(async () => Promise.reject(new Error("no")));
    const model = saying(delta("a"), delta("b"), finish());
    return hold(async () => ({
      model: aiSdkModel(model, { name: "any/m" }),
      request: request(),
      broken: aiSdkModel(broken, { name: "any/m" }),
    }));
  });
}

test("metadata travels with its part, under the provider's id, also when it comes alone at the end", async () => {
  const given = { anthropic: { signature: "s" } };
  const providerMetadata = { any: given };
  const parts = await told(
    saying(
      { type: "reasoning-start", id: "r" },
      { type: "reasoning-delta", id: "r", delta: "hm" },
      { type: "reasoning-end", id: "r", providerMetadata: given },
      { type: "text-start", id: "t" },
      { type: "text-delta", id: "t", delta: "" },
      delta("a"),
      { type: "tool-call", toolCallId: "c", toolName: "glob", input: "{}", providerMetadata: given },
      finish(),
    ),
  );
  expect(parts).toEqual([
    { type: "reasoning-delta", text: "hm" },
    { type: "reasoning-delta", text: "", providerMetadata },
    { type: "text-delta", text: "a" },
    { type: "tool-call", toolCallId: "c", toolName: "glob", inputText: "{}", providerMetadata },
    { type: "finish", unified: "stop" },
  ]);
});

test("a call that the provider has run itself is not handed out", async () => {
  const parts = await told(saying({ type: "tool-call", toolCallId: "c", toolName: "web", input: "{}", providerExecuted: true }, finish()));
  expect(parts).toEqual([{ type: "finish", unified: "stop" }]);
});

test("an interrupted, an unexplained and a missing finish are failures", async () => {
  for (const model of [saying(finish("interrupted")), saying(finish("error")), saying(delta("a"))]) {
    expect((await told(model)).at(-1)).toMatchObject({ type: "error", kind: "unavailable", code: "ai-sdk-model/cut" });
  }
});

test("nothing that follows an error is heard", async () => {
  const parts = await told(saying({ type: "error", error: { message: "it broke" } }, delta("a"), finish()));
  expect(parts).toMatchObject([{ type: "error", kind: "unavailable" }]);
});

test("what nobody knows is a defect, whatever was thrown", async () => {
  for (const thrown of [new Error("odd"), undefined, null, 7, { odd: true }]) {
    const parts = await told(sdkModel(() => Promise.reject(thrown)));
    expect(parts).toMatchObject([{ type: "error", kind: "defect", code: "ai-sdk-model/defect" }]);
  }
});

test("a network error of an SDK that brings its own fetch is unavailable", async () => {
  const refused = Object.assign(new Error("connect"), { code: "ECONNREFUSED" });
  for (const thrown of [refused, new Error("failed", { cause: refused })]) {
    expect(await told(sdkModel(() => Promise.reject(thrown)))).toMatchObject([{ kind: "unavailable", code: "ai-sdk-model/unreachable" }]);
  }
});

test("a model that does not listen to its signal cannot hold an abort up, before or within its stream", async () => {
  const deaf = sdkModel(() => new Promise(() => {}));
  const mute = sdkModel(async () => ({ stream: new ReadableStream() }));
  for (const model of [deaf, mute]) {
    const stop = new AbortController();
    const parts = told(model, stop.signal);
    await Promise.resolve();
    stop.abort();
    expect(await parts).toMatchObject([{ type: "error", kind: "cancelled" }]);
  }
});

test("a stream that opens after the abort is cancelled", async () => {
  const opening = Promise.withResolvers<{ readonly stream: ReadableStream<LanguageModelV4StreamPart> }>();
  const stop = new AbortController();
  const parts = told(
    sdkModel(() => opening.promise),
    stop.signal,
  );
  await Promise.resolve();
  stop.abort();
  await parts;
  const cancelled = Promise.withResolvers<void>();
  opening.resolve({ stream: new ReadableStream({ cancel: () => cancelled.resolve() }) });
  await cancelled.promise;
});

test("a signal is not listened to once its stream is over", async () => {
  const listeners = new Set<unknown>();
  let added = 0;
  const signal = new AbortController().signal;
  const add = signal.addEventListener.bind(signal);
  const remove = signal.removeEventListener.bind(signal);
  signal.addEventListener = (type: string, listener: () => void) => {
    listeners.add(listener);
    added += 1;
    add(type, listener);
  };
  signal.removeEventListener = (type: string, listener: () => void) => {
    listeners.delete(listener);
    remove(type, listener);
  };
  await told(saying(delta("a"), finish()), signal);
  expect([added, listeners.size]).toEqual([1, 0]);
});

test("tools and messages are translated once, however often they are sent", async () => {
  const asked: LanguageModelV4CallOptions[] = [];
  const model = aiSdkModel(
    sdkModel(async (options) => {
      asked.push(options);
      return { stream: streamOf([finish()]) };
    }),
    { name: "any/m" },
  );
  const tools = [{ name: "glob", description: "Find files.", inputSchema: { type: "object" } }];
  const messages = [userMessage("hi")];
  for (let turn = 0; turn < 2; turn += 1) await partsOf(model, undefined, request({ tools: [...tools], messages: [...messages] }));
  expect(asked[1]?.tools?.[0]).toBe(asked[0]?.tools?.[0]);
  expect(asked[1]?.prompt[1]).toBe(asked[0]?.prompt[1]);
});
