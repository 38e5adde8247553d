import type { ModelPart } from "@dispatch/kernel";
import { type AnswerStep, inPieces, startModelServer, toolCallAnswer, type WholeToolCall } from "@dispatch/testkit";
import fc from "fast-check";
import { expect, test } from "vitest";
import { partsOf, provider } from "./request.fixture.ts";

const calls: readonly WholeToolCall[] = [
  { id: "call-1", name: "read_file", arguments: '{"path":"notes/naïve 🦉.md","offset":1}' },
  { id: "call-2", name: "run_shell", arguments: '{"command":"rm -rf build && ls \\"a b\\""}' },
  { id: "call-3", name: "write_file", arguments: '{"path":"a.txt","content":"{}\\n[1]","overwrite":true}' },
];
const answer = toolCallAnswer(calls, 7, { promptTokens: 50, completionTokens: 40 });
const answerBytes = new TextEncoder().encode(answer).length;

/** What holds of every answer, whole or cut anywhere. */
function check(parts: readonly ModelPart[], isWhole: boolean): void {
  const ends = parts.filter(({ type }) => type === "finish" || type === "error");
  expect(ends).toEqual(parts.slice(-1));
  if (!isWhole) expect(ends).toMatchObject([{ type: "error", kind: "unavailable" }]);
  const given = parts.filter((part) => part.type === "tool-call");
  for (const call of given) {
    const meant = calls.find(({ id }) => id === call.toolCallId);
    expect(call.toolName).toBe(meant?.name);
    expect(meant?.arguments.startsWith(call.inputText)).toBe(true);
    if (isJson(call.inputText)) expect(call.inputText).toBe(meant?.arguments);
  }
  if (isWhole) expect(given).toHaveLength(calls.length);
}

const isJson = (text: string): boolean => {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
};

// The finish stands before usage and end: a cut behind it leaves an answer that the model had completed.
const finishedAt = new TextEncoder().encode(
  answer.slice(0, answer.indexOf("\n\n", answer.indexOf('"finish_reason":"tool_calls"')) + 2),
).length;

const pieces = fc.array(fc.integer({ min: 1, max: 400 }), { minLength: 1, maxLength: 30 });

test("an answer of three tool calls that is cut anywhere never throws, ends once, and alters no call", async () => {
  let steps: readonly AnswerStep[] = [];
  await using server = await startModelServer({ script: () => ({ steps }) });
  const model = provider(server).model("m");
  const cut = fc.constantFrom<readonly AnswerStep[]>(["cut"], []);
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 0, max: answerBytes }), pieces, cut, async (at, sizes, end) => {
      const sent = new TextEncoder().encode(answer).slice(0, at);
      steps = [...inPieces(sent, sizes), ...end];
      const parts = await partsOf(model);
      if (at < finishedAt) check(parts, false);
      else if (end.length === 0) check(parts, true);
      else expect(parts.filter(({ type }) => type === "finish" || type === "error")).toEqual(parts.slice(-1));
    }),
    {
      numRuns: 150,
      examples: [
        [0, [1], []],
        [finishedAt, [5], []],
        [answerBytes, [1], []],
        [answerBytes, [1_000], ["cut"]],
      ],
    },
  );
});

test("a whole answer is the same in whatever pieces it is delivered", async () => {
  let steps: readonly AnswerStep[] = [];
  await using server = await startModelServer({ script: () => ({ steps }) });
  const model = provider(server).model("m");
  await fc.assert(
    fc.asyncProperty(pieces, async (sizes) => {
      steps = inPieces(answer, sizes);
      check(await partsOf(model), true);
    }),
    { numRuns: 50 },
  );
});
