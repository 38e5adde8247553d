import { expect, test } from "vitest";
import { doneEvent, roleChunk, sseEvent, textAnswer, toolCallAnswer, usageChunk } from "./chat-completions.ts";

const events = (text: string): unknown[] =>
  text
    .split("\n\n")
    .filter((event) => event !== "")
    .map((event) => event.replace(/^data: /, ""))
    .map((data) => (data === "[DONE]" ? data : JSON.parse(data)));

test("an event is one data line and an empty line", () => {
  expect(sseEvent({ a: 1 })).toBe('data: {"a":1}\n\n');
  expect(doneEvent).toBe("data: [DONE]\n\n");
});

test("a text answer carries its deltas in order between role and finish", () => {
  const answer = events(textAnswer(["Hel", "lo"])) as { choices: { delta: object; finish_reason: string | null }[] }[];
  expect(answer.slice(0, -1).map(({ choices }) => choices[0])).toEqual([
    { index: 0, delta: { role: "assistant", content: "" }, finish_reason: null },
    { index: 0, delta: { content: "Hel" }, finish_reason: null },
    { index: 0, delta: { content: "lo" }, finish_reason: null },
    { index: 0, delta: {}, finish_reason: "stop" },
  ]);
  expect(answer.at(-1)).toBe("[DONE]");
});

test("the pieces of a tool call join to its arguments, whatever the length of a piece and the width of a character", () => {
  const text = '{"path":"naïve 🦉.md"}';
  for (const length of [1, 3, 7, 100]) {
    const answer = toolCallAnswer([{ id: "call-1", name: "read_file", arguments: text }], length);
    const pieces = events(answer).flatMap(
      (event) => (event as { choices?: { delta: { tool_calls?: { function: { arguments?: string } }[] } }[] }).choices ?? [],
    );
    expect(pieces.map(({ delta }) => delta.tool_calls?.[0]?.function.arguments ?? "").join("")).toBe(text);
  }
});

test("only a call's first piece names it", () => {
  const [, first, second] = events(toolCallAnswer([{ id: "a", name: "glob", arguments: '{"pattern":"*"}' }], 8));
  expect(first).toMatchObject({
    choices: [{ delta: { tool_calls: [{ index: 0, id: "a", type: "function", function: { name: "glob", arguments: "" } }] } }],
  });
  expect(second).toMatchObject({ choices: [{ delta: { tool_calls: [{ index: 0, function: { arguments: '{"patter' } }] } }] });
});

test("usage comes without a choice, and without what is not known", () => {
  expect(events(usageChunk({ promptTokens: 10, completionTokens: 2 }))).toMatchObject([
    { choices: [], usage: { prompt_tokens: 10, completion_tokens: 2, total_tokens: 12 } },
  ]);
  expect(usageChunk({ promptTokens: 10, completionTokens: 2 })).not.toContain("details");
  expect(roleChunk()).not.toContain("usage");
});
