import {
  callItem,
  exchange,
  type ModelScript,
  message,
  messageItem,
  modelList,
  modelRequest,
  reasoningItem,
  responseEnd,
  responseStart,
  responsesAnswer,
  responsesError,
  startModelServer,
  textPart,
} from "@dispatch/testkit";
import { expect, test } from "vitest";
import { openai } from "./openai.ts";

const tool = (name: string) => ({ name, description: "Finds files.", inputSchema: { type: "object", properties: {} } });

const asked = (script: ModelScript, asking = modelRequest(), modelId = "gpt-5.2") =>
  exchange<Body>((baseUrl) => openai({ id: "mine", baseUrl, apiKey: "k" }), modelId, script, asking);

interface Body {
  readonly store: boolean;
  readonly reasoning?: { readonly effort: string };
  readonly tools?: readonly { readonly strict?: boolean }[];
}

/** What the kernel keeps of a thought's summaries and its end. */
const kept = (metadata: { readonly [field: string]: string }) => ({ providerMetadata: { mine: { openai: metadata } } });

test("a thought's summaries are pieces of one item, and its encryption comes with the last", async () => {
  const { parts } = await asked([
    responseStart() + reasoningItem(0, "rs", ["One.", "Two."], "enc") + messageItem(1, "msg", ["ok"]) + responseEnd(),
  ]);
  const ended = parts.filter((part) => part.type === "reasoning-delta" && part.text === "");
  expect(ended).toEqual([
    { type: "reasoning-delta", text: "", ...kept({ itemId: "rs" }) },
    { type: "reasoning-delta", text: "", ...kept({ itemId: "rs", reasoningEncryptedContent: "enc" }) },
  ]);
  expect(parts.filter((part) => part.type === "text-delta")).toEqual([
    { type: "text-delta", text: "ok", ...kept({ itemId: "msg" }) },
    { type: "text-delta", text: "", ...kept({ itemId: "msg" }) },
  ]);
});

test("a call comes whole, with its item's id", async () => {
  const { parts } = await asked(
    [responseStart() + callItem(0, "fc", "call_1", "glob", '{"pattern":"*"}') + responseEnd()],
    modelRequest({ tools: [tool("glob")] }),
  );
  expect(parts.find(({ type }) => type === "tool-call")).toEqual({
    type: "tool-call",
    toolCallId: "call_1",
    toolName: "glob",
    inputText: '{"pattern":"*"}',
    ...kept({ itemId: "fc" }),
  });
  expect(parts.at(-1)).toEqual({ type: "finish", unified: "tool-calls" });
});

test("nothing is stored there, and no schema is made stricter than it is", async () => {
  const { bodies } = await asked([responsesAnswer(["a"])], modelRequest({ tools: [tool("glob")] }));
  expect(bodies[0]).toMatchObject({ store: false, tools: [{ strict: false }] });
});

test("the input is the whole prompt, and what was cached of it stands beside", async () => {
  const { parts } = await asked([responsesAnswer(["a"], { inputTokens: 60, outputTokens: 9, cachedTokens: 50, reasoningTokens: 4 })]);
  expect(parts.at(-2)).toEqual({ type: "usage", usage: { inputTokens: 60, outputTokens: 9, cacheReadTokens: 50, reasoningTokens: 4 } });
});

test.each([
  ["gpt-5.2", "low", "low"],
  ["gpt-5.2", "max", expect.any(String)],
  ["gpt-4.1", "high", undefined],
] as const)("the effort of %s for %s is %j", async (modelId, reasoningEffort, effort) => {
  expect((await asked([responsesAnswer(["a"])], modelRequest({ reasoningEffort }), modelId)).bodies[0]?.reasoning?.effort).toEqual(effort);
});

test("a model that refuses the effort is asked again without", async () => {
  const said = "Unsupported parameter: 'reasoning.effort' is not supported with this model.";
  const refusal = { status: 400, headers: { "content-type": "application/json" }, steps: [JSON.stringify({ error: { message: said } })] };
  const { parts, bodies } = await asked([refusal, responsesAnswer(["a"])], modelRequest({ reasoningEffort: "high" }));
  expect(parts.at(-1)).toMatchObject({ type: "finish" });
  expect(bodies.map(({ reasoning }) => reasoning?.effort)).toEqual(["high", undefined]);
});

test.each([
  "The encrypted content for item rs_1 could not be verified.",
  "Reasoning input items can only be provided to a reasoning or computer use model.",
])("reasoning of another account or model (%s) is left out at once", async (said) => {
  const thought = { chunk: { type: "thinking" as const, text: "" }, ...kept({ itemId: "rs_1", reasoningEncryptedContent: "enc" }) };
  const messages = [
    message("1", "user", textPart("hi")),
    message("2", "assistant", thought, textPart("ok")),
    message("3", "user", textPart("go on")),
  ];
  const refusal = { status: 400, headers: { "content-type": "application/json" }, steps: [JSON.stringify({ error: { message: said } })] };
  const { parts, bodies } = await asked([refusal, responsesAnswer(["a"])], modelRequest({ messages }));
  expect(parts.at(-1)).toMatchObject({ type: "finish" });
  expect(bodies.map((body) => JSON.stringify(body).includes("rs_1"))).toEqual([true, false]);
});

test.each([
  ["rate_limit_exceeded", "limited"],
  ["insufficient_quota", "denied"],
  ["server_error", "unavailable"],
])("an error event with code %s is %s, as the first event and in the middle", async (code, kind) => {
  for (const before of [responseStart(), responseStart() + messageItem(0, "msg", ["a"])]) {
    const { parts } = await asked([before + responsesError(code, "said so")]);
    expect(parts.at(-1)).toMatchObject({ type: "error", kind, message: expect.stringContaining("said so") });
  }
});

test("of everything that is listed, what makes no text is left out", async () => {
  const ids = [
    "gpt-5.2",
    "gpt-5.2-2025-12-11",
    "o3",
    "gpt-new",
    "text-embedding-3-small",
    "whisper-1",
    "tts-1-hd",
    "dall-e-3",
    "gpt-4o-audio-preview",
    "gpt-realtime",
    "gpt-image-1",
    "omni-moderation-latest",
    "sora-2",
    "gpt-4o-transcribe",
  ];
  await using server = await startModelServer({ script: [], models: { steps: [modelList(ids)] } });
  const cards = await openai({ id: "mine", baseUrl: server.url, apiKey: "k" }).listModels(new AbortController().signal);
  expect(cards).toEqual([
    { id: "gpt-5.2", contextWindow: 400_000, vision: true },
    { id: "gpt-5.2-2025-12-11", contextWindow: 400_000, vision: true },
    { id: "o3", contextWindow: 200_000, vision: true },
    { id: "gpt-new" },
  ]);
});
