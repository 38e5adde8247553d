import {
  contentAnswer,
  contentEnd,
  contentError,
  contentErrorBody,
  contentPart,
  exchange,
  type ModelScript,
  modelRequest,
  startModelServer,
} from "@dispatch/testkit";
import { expect, test } from "vitest";
import { google } from "./google.ts";

const tool = (name: string) => ({ name, description: "Finds files.", inputSchema: { type: "object", properties: {} } });

const asked = (script: ModelScript, asking = modelRequest(), modelId = "gemini-3-pro-preview") =>
  exchange<Body>((baseUrl) => google({ id: "mine", baseUrl, apiKey: "k" }), modelId, script, asking);

interface Body {
  readonly generationConfig?: { readonly thinkingConfig?: object };
}
const signed = (thoughtSignature: string) => ({ providerMetadata: { mine: { google: { thoughtSignature } } } });

test("a signature stays with the part that it came with: a text, a call, or a part of its own", async () => {
  const answer =
    contentPart({ text: "hm", thought: true }) +
    contentPart({ text: "one " }) +
    contentPart({ text: "two", thoughtSignature: "s1" }) +
    contentPart({ functionCall: { name: "glob", args: {} }, thoughtSignature: "s2" }) +
    contentPart({ text: "", thoughtSignature: "s3" }) +
    contentEnd("STOP");
  const { parts } = await asked([answer], modelRequest({ tools: [tool("glob")] }));
  expect(parts.filter(({ type }) => type !== "tool-input-delta").slice(0, -2)).toEqual([
    { type: "reasoning-delta", text: "hm" },
    { type: "text-delta", text: "one " },
    { type: "text-delta", text: "two", ...signed("s1") },
    { type: "tool-call", toolCallId: expect.any(String), toolName: "glob", inputText: "{}", ...signed("s2") },
    { type: "text-delta", text: "", ...signed("s3") },
  ]);
});

test("thoughts are asked for with an effort, and a model that does not think is asked again without both", async () => {
  const effort = modelRequest({ reasoningEffort: "medium" });
  expect((await asked([contentAnswer(["a"])])).bodies[0]?.generationConfig?.thinkingConfig).toBeUndefined();
  expect((await asked([contentAnswer(["a"])], effort)).bodies[0]?.generationConfig?.thinkingConfig).toEqual({
    includeThoughts: true,
    thinkingLevel: "medium",
  });
  const older = (await asked([contentAnswer(["a"])], effort, "gemini-2.5-flash")).bodies[0]?.generationConfig?.thinkingConfig;
  expect(older).toEqual({ includeThoughts: true, thinkingBudget: expect.any(Number) });
  const refusal = {
    status: 400,
    headers: { "content-type": "application/json" },
    steps: [contentErrorBody("Thinking is not enabled for models/gemini-2.0-flash")],
  };
  const { parts, bodies } = await asked([refusal, contentAnswer(["a"])], effort, "gemini-2.0-flash");
  expect(parts.at(-1)).toMatchObject({ type: "finish" });
  expect(bodies.map(({ generationConfig }) => generationConfig?.thinkingConfig !== undefined)).toEqual([true, false]);
});

test("thoughts count as output, and what was cached of the input stands beside", async () => {
  const { parts } = await asked([contentAnswer(["a"], { inputTokens: 60, outputTokens: 5, cachedTokens: 50, thoughtTokens: 4 })]);
  expect(parts.at(-2)).toEqual({ type: "usage", usage: { inputTokens: 60, outputTokens: 9, cacheReadTokens: 50, reasoningTokens: 4 } });
});

test.each([
  [429, "RESOURCE_EXHAUSTED", "limited"],
  [503, "UNAVAILABLE", "unavailable"],
  [403, "PERMISSION_DENIED", "denied"],
  [400, "INVALID_ARGUMENT", "invalid"],
])("an error event with code %i is %s, as the first event and in the middle", async (code, status, kind) => {
  for (const before of ["", contentPart({ text: "a" })]) {
    const { parts } = await asked([before + contentError("said so", code, status)]);
    expect(parts.at(-1)).toMatchObject({ type: "error", kind, message: expect.stringContaining("said so") });
  }
});

test("an answer that was refused for its content ends so", async () => {
  expect((await asked([contentPart({ text: "a" }) + contentEnd("SAFETY")])).parts.at(-1)).toEqual({
    type: "finish",
    unified: "content-filter",
    raw: "SAFETY",
  });
  expect((await asked([contentEnd("MAX_TOKENS")])).parts.at(-1)).toEqual({ type: "finish", unified: "length", raw: "MAX_TOKENS" });
});

test("what generates content is listed with what it takes", async () => {
  const models = [
    { name: "models/gemini-new", inputTokenLimit: 2_000_000, supportedGenerationMethods: ["generateContent", "countTokens"] },
    { name: "models/gemini-2.5-pro", inputTokenLimit: 1_048_576, supportedGenerationMethods: ["generateContent"] },
    { name: "models/text-embedding-004", inputTokenLimit: 2_048, supportedGenerationMethods: ["embedContent"] },
    { name: "models/", supportedGenerationMethods: ["generateContent"] },
  ];
  await using server = await startModelServer({ script: [], models: { steps: [JSON.stringify({ models })] } });
  expect(await google({ id: "mine", baseUrl: server.url, apiKey: "k" }).listModels(new AbortController().signal)).toEqual([
    { id: "gemini-new", contextWindow: 2_000_000 },
    { id: "gemini-2.5-pro", contextWindow: 1_048_576, vision: true },
  ]);
});
