import type { ModelRequest } from "@dispatch/kernel";
import {
  exchange,
  type ModelScript,
  message,
  messageEnd,
  messageStart,
  messagesAnswer,
  messagesError,
  messagesErrorBody,
  modelRequest,
  redactedBlock,
  startModelServer,
  textBlock,
  textPart,
  thinkingBlock,
} from "@dispatch/testkit";
import { expect, test } from "vitest";
import { anthropic } from "./anthropic.ts";

const call = (id: string) => ({ chunk: { type: "tool-call" as const, toolCallId: id, toolName: "glob", input: { pattern: "*" } } });
const result = (id: string) => ({
  chunk: { type: "tool-result" as const, toolCallId: id, toolName: "glob", content: "a.txt", isError: false },
});
const tool = (name: string) => ({ name, description: "Finds files.", inputSchema: { type: "object", properties: {} } });

const asked = (script: ModelScript, asking = modelRequest(), modelId = "claude-opus-4-7") =>
  exchange<Body>((baseUrl) => anthropic({ id: "mine", baseUrl, apiKey: "k" }), modelId, script, asking);

interface Body {
  readonly max_tokens: number;
  readonly thinking?: object;
  readonly system?: readonly object[];
  readonly tools?: readonly object[];
  readonly messages: readonly { readonly content: readonly object[] }[];
}

/** Where the marks stand: `tools.1`, `system.0`, `messages.2.0`. */
function marksOf(body: Body | undefined): readonly string[] {
  const marks: string[] = [];
  const isMarked = (block: object) => JSON.stringify((block as { cache_control?: unknown }).cache_control) === '{"type":"ephemeral"}';
  for (const [index, block] of (body?.tools ?? []).entries()) if (isMarked(block)) marks.push(`tools.${index}`);
  for (const [index, block] of (body?.system ?? []).entries()) if (isMarked(block)) marks.push(`system.${index}`);
  for (const [at, { content }] of (body?.messages ?? []).entries())
    for (const [index, block] of content.entries()) if (isMarked(block)) marks.push(`messages.${at}.${index}`);
  return marks;
}

test("the last tool, the system prompt and the last message are marked for the cache", async () => {
  const { bodies } = await asked([messagesAnswer(["a"])], modelRequest({ tools: [tool("one"), tool("two")] }));
  expect(marksOf(bodies[0])).toEqual(["tools.1", "system.0", "messages.0.0"]);
});

test("the place where the request before ended keeps its mark, however much a step adds, and there are never more than four", async () => {
  const ids = Array.from({ length: 25 }, (_, n) => `c${n}`);
  const messages = [
    message("1", "user", textPart("hi"), textPart("there")),
    message("2", "assistant", textPart("ok"), ...ids.map(call)),
    ...ids.map((id) => message(`r-${id}`, "tool", result(id))),
    message("4", "user", textPart("and?")),
  ];
  const { bodies } = await asked([messagesAnswer(["a"])], modelRequest({ messages, tools: [tool("glob")] }));
  expect(marksOf(bodies[0])).toEqual(["tools.0", "system.0", "messages.0.1", "messages.2.25"]);
});

test("without a system prompt or tools only messages are marked; a summary of the past is marked as the prompt it is", async () => {
  expect(marksOf((await asked([messagesAnswer(["a"])], modelRequest({ system: "" }))).bodies[0])).toEqual(["messages.0.0"]);
  const messages = [message("s", "system", textPart("So far: much.")), message("1", "user", textPart("hi"))];
  expect(marksOf((await asked([messagesAnswer(["a"])], modelRequest({ messages }))).bodies[0])).toEqual(["system.0", "messages.0.0"]);
});

test("the request and its tools are left as they were, and can be sent again without marks of another's", async () => {
  const asking = modelRequest({ tools: [tool("one")] });
  const before = structuredClone(asking);
  const { bodies } = await asked([messagesAnswer(["a"])], asking);
  const more = {
    ...asking,
    messages: [...asking.messages, message("2", "assistant", textPart("ok")), message("3", "user", textPart("go on"))],
  };
  const next = (await asked([messagesAnswer(["a"])], more)).bodies[0];
  expect(asking).toEqual(before);
  expect(marksOf(next)).toEqual(["tools.0", "system.0", "messages.0.0", "messages.2.0"]);
  expect(next?.messages[0]).toEqual(bodies[0]?.messages[0]);
});

test("tokens read from the cache and written to it are part of the input", async () => {
  const { parts } = await asked([messagesAnswer(["a"], { inputTokens: 3, outputTokens: 2, cacheReadTokens: 50, cacheWriteTokens: 7 })]);
  expect(parts.at(-2)).toEqual({ type: "usage", usage: { inputTokens: 60, outputTokens: 2, cacheReadTokens: 50, cacheWriteTokens: 7 } });
});

test("a signed thought, a hidden one and the text are three pieces, each with its own", async () => {
  const answer =
    messageStart() + thinkingBlock(0, ["h", "m"], "sig") + redactedBlock(1, "blob") + textBlock(2, ["ok"]) + messageEnd("end_turn");
  const { parts } = await asked([answer]);
  expect(parts.slice(0, -2)).toEqual([
    { type: "reasoning-delta", text: "h" },
    { type: "reasoning-delta", text: "m" },
    { type: "reasoning-delta", text: "", providerMetadata: { mine: { anthropic: { signature: "sig" } } } },
    { type: "reasoning-delta", text: "", providerMetadata: { mine: { anthropic: { redactedData: "blob" } } } },
    { type: "text-delta", text: "ok" },
  ]);
});

test("effort becomes adaptive thinking, on older models a budget; a model that cannot think is asked again without, and from then on", async () => {
  const effort = modelRequest({ reasoningEffort: "max" });
  expect((await asked([messagesAnswer(["a"])], effort)).bodies[0]).toMatchObject({
    thinking: { type: "adaptive" },
    output_config: { effort: "max" },
  });
  expect((await asked([messagesAnswer(["a"])], effort, "claude-sonnet-4-5")).bodies[0]?.thinking).toMatchObject({
    type: "enabled",
    budget_tokens: expect.any(Number),
  });
  const refusal = {
    status: 400,
    headers: { "content-type": "application/json" },
    steps: [messagesErrorBody("claude-3-haiku does not support thinking.")],
  };
  const { parts, bodies } = await asked([refusal, messagesAnswer(["a"])], effort, "claude-3-haiku-20240307");
  expect(parts.at(-1)).toMatchObject({ type: "finish" });
  expect(bodies.map(({ thinking }) => thinking !== undefined)).toEqual([true, false]);
});

const refusing = (said: string) => ({ status: 400, headers: { "content-type": "application/json" }, steps: [messagesErrorBody(said)] });
const thinking = message(
  "t",
  "assistant",
  { chunk: { type: "thinking", text: "hm" }, providerMetadata: { mine: { anthropic: { signature: "old" } } } },
  textPart("ok"),
);

test.each(["messages.1.content.0: Invalid `signature` in `thinking` block", "The block is bound to a different conversation: thinking"])(
  "thoughts that are refused (%s) are left out at once and from then on, so that the conversation goes on",
  async (said) => {
    const messages = [message("1", "user", textPart("hi")), { ...thinking }, message("2", "user", textPart("go on"))];
    const asking = modelRequest({ reasoningEffort: "high", messages });
    const { parts, bodies } = await asked([refusing(said), messagesAnswer(["a"])], asking);
    expect(parts.at(-1)).toMatchObject({ type: "finish" });
    expect(bodies.map((body) => JSON.stringify(body).includes("old"))).toEqual([true, false]);
    expect(bodies[1]).toMatchObject({ thinking: { type: "adaptive" } });
    expect((await asked([messagesAnswer(["a"])], asking)).bodies).toHaveLength(1);
  },
);

test("calls that a crash left without their thought are answered by a step that does not think", async () => {
  const said =
    "messages.1.content.0.type: Expected `thinking` or `redacted_thinking`, but found `tool_use`. When `thinking` is enabled, a final `assistant` message must start with a thinking block";
  const messages = [message("1", "user", textPart("hi")), message("2", "assistant", call("c")), message("3", "tool", result("c"))];
  const { parts, bodies } = await asked(
    [refusing(said), messagesAnswer(["a"])],
    modelRequest({ reasoningEffort: "high", messages }),
    "claude-sonnet-4-5",
  );
  expect(parts.at(-1)).toMatchObject({ type: "finish" });
  expect(bodies.map(({ thinking: asked }) => asked !== undefined)).toEqual([true, false]);
  expect(
    (await asked([messagesAnswer(["a"])], modelRequest({ reasoningEffort: "high" }), "claude-sonnet-4-5")).bodies[0]?.thinking,
  ).toBeDefined();
});

test("where there are no thoughts to leave out, a refusal stays one", async () => {
  const { parts, bodies } = await asked(
    [refusing("Invalid `signature` in `thinking` block"), messagesAnswer(["a"])],
    modelRequest({ reasoningEffort: "high" }),
  );
  expect(parts).toMatchObject([{ type: "error", kind: "invalid", message: expect.stringContaining("Invalid `signature`") }]);
  expect(bodies).toHaveLength(1);
});

test.each([
  ["overloaded_error", "unavailable"],
  ["rate_limit_error", "limited"],
  ["invalid_request_error", "invalid"],
  ["authentication_error", "denied"],
  ["api_error", "unavailable"],
  ["request_too_large", "invalid"],
])("an error event of type %s is %s, as the first event and in the middle", async (type, kind) => {
  for (const before of ["", messageStart() + textBlock(0, ["a"])]) {
    const { parts } = await asked([before + messagesError(type, "said so")]);
    expect(parts.at(-1)).toMatchObject({ type: "error", kind, message: expect.stringContaining("said so") });
  }
});

// Reaches unknownOutputTokensMax.
test("how much may be answered is always said: what the caller says, what Claude can, and enough for a file", async () => {
  const room = async (modelId: string, more: Partial<ModelRequest> = {}) =>
    (await asked([messagesAnswer(["a"])], modelRequest(more), modelId)).bodies[0]?.max_tokens;
  expect(await room("claude-opus-4-7")).toBe(128_000);
  expect(await room("kimi-of-another-house")).toBe(32_000);
  expect(await room("kimi-of-another-house", { outputTokensMax: 500 })).toBe(500);
});

test("the listing tells what newer models take, and the table what it does not tell", async () => {
  const data = [
    { id: "claude-new", max_input_tokens: 500_000, capabilities: { image_input: { supported: false } } },
    { id: "claude-sonnet-4-5-20250929" },
    { id: "claude-odd", max_input_tokens: "many", capabilities: 7 },
  ];
  await using server = await startModelServer({ script: [], models: { steps: [JSON.stringify({ data })] } });
  const provider = anthropic({ id: "mine", baseUrl: server.url, apiKey: "k" });
  expect(await provider.listModels(new AbortController().signal)).toEqual([
    { id: "claude-new", contextWindow: 500_000, vision: false },
    { id: "claude-sonnet-4-5-20250929", contextWindow: 200_000, vision: true },
    { id: "claude-odd" },
  ]);
  expect(provider.model("claude-sonnet-4-5-20250929")).toMatchObject({ contextWindow: 200_000, vision: true });
  expect(provider.model("claude-unheard-of-9")).not.toHaveProperty("contextWindow");
});
