import { expect, test } from "vitest";
import type { Schema } from "../contracts/schema.ts";
import { buildRequest } from "./build-request.ts";
import { readTool, textFields, userMessage } from "./turn.fixture.ts";

function countingTool() {
  let described = 0;
  const { jsonSchema, ...rest } = textFields("path")["~standard"];
  const input: typeof jsonSchema.input = (options) => {
    described += 1;
    return jsonSchema.input(options);
  };
  const schema: Schema = { "~standard": { ...rest, jsonSchema: { ...jsonSchema, input } } };
  return { tool: { ...readTool("look"), input: schema }, described: () => described };
}

test("equal inputs give equal bytes, and the order of the tools is kept", () => {
  const inputs = () => ({
    system: "Be brief.",
    messages: [userMessage("u1", "Go.")],
    tools: [readTool("b"), readTool("a")],
    outputTokensMax: 10,
    reasoningEffort: "high" as const,
  });
  expect(JSON.stringify(buildRequest(inputs()))).toBe(JSON.stringify(buildRequest(inputs())));
  expect(JSON.stringify(buildRequest(inputs()))).toBe(
    '{"system":"Be brief.","messages":[{"id":"u1","role":"user","parts":[{"chunk":{"type":"text","text":"Go."}}]}],"tools":[' +
      '{"name":"b","description":"Does b.","inputSchema":{"type":"object","properties":{"path":{"type":"string"}}}},' +
      '{"name":"a","description":"Does a.","inputSchema":{"type":"object","properties":{"path":{"type":"string"}}}}],' +
      '"outputTokensMax":10,"reasoningEffort":"high"}',
  );
});

test("what is not set is absent", () => {
  expect(Object.keys(buildRequest({ system: "", messages: [], tools: [], outputTokensMax: undefined }))).toEqual([
    "system",
    "messages",
    "tools",
  ]);
});

test("a longer history keeps the bytes before it", () => {
  const messages = [userMessage("u1", "Go."), userMessage("u2", "On.")];
  const text = (upTo: number) =>
    JSON.stringify(buildRequest({ system: "s", messages: messages.slice(0, upTo), tools: [] }).messages).slice(0, -1);
  expect(text(2).startsWith(text(1))).toBe(true);
});

test("a tool is described once", () => {
  const { tool, described } = countingTool();
  for (let request = 0; request < 3; request++) buildRequest({ system: "", messages: [], tools: [tool] });
  expect(described()).toBe(1);
});
