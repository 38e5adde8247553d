import { expect, test } from "vitest";
import { Answer } from "./answer.ts";

const open = () => new Answer("s#0");
const call = { id: "a", name: "look", input: { path: "x" }, key: "", ground: { problem: "" } };

test("neighbours of one type become one part, a call or another type ends it", () => {
  const answer = open();
  for (const text of ["He", "llo"]) answer.addText("text", text, undefined);
  answer.addText("thinking", "hm", undefined);
  answer.addText("text", "one", undefined);
  answer.addCall(call, 2, { signature: "c" });
  answer.addText("text", "two", undefined);
  answer.addError({ message: "gone", code: "a/b" });
  expect(answer.parts).toEqual([
    { chunk: { type: "text", text: "Hello" } },
    { chunk: { type: "thinking", text: "hm" } },
    { chunk: { type: "text", text: "one" } },
    {
      chunk: { type: "tool-call", toolCallId: "a", toolName: "look", input: { path: "x" }, stepId: "s#0" },
      providerMetadata: { signature: "c" },
    },
    { chunk: { type: "text", text: "two" } },
    { chunk: { type: "error", message: "gone", code: "a/b" } },
  ]);
});

test("a part keeps the latest metadata, and a piece of metadata alone ends it", () => {
  const answer = open();
  answer.addText("thinking", "a", { n: 1 });
  answer.addText("thinking", "b", undefined);
  answer.addText("thinking", "", { n: 2 });
  answer.addText("thinking", "c", { n: 3 });
  expect(answer.parts).toEqual([
    { chunk: { type: "thinking", text: "ab" }, providerMetadata: { n: 2 } },
    { chunk: { type: "thinking", text: "c" }, providerMetadata: { n: 3 } },
  ]);
});

test("hidden reasoning is metadata without text, and is kept", () => {
  const answer = open();
  answer.addText("thinking", "", { redacted: "…" });
  expect(answer.parts).toEqual([{ chunk: { type: "thinking", text: "" }, providerMetadata: { redacted: "…" } }]);
  expect(answer.isEmpty).toBe(false);
});

test("empty pieces leave nothing, and usage alone has been shown", () => {
  const answer = open();
  answer.addText("text", "", undefined);
  expect([answer.isEmpty, answer.parts]).toEqual([true, []]);
  answer.usage = { inputTokens: 1, outputTokens: 0 };
  expect(answer.isEmpty).toBe(false);
});
