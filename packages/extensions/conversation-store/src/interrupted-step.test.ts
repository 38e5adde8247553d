import { countedIds } from "@dispatch/testkit";
import { expect, test } from "vitest";
import type { TailItem } from "./contract.ts";
import { interruptedText } from "./contract.ts";
import { interruptedStep } from "./interrupted-step.ts";

const mark = { type: "error", message: "stopped", code: "interrupted" } as const;
const call = (toolCallId: string): TailItem => ({ type: "call", toolCallId, toolName: "t", input: { n: 1 }, stepId: "s#0" });
const resultOf = (tail: readonly TailItem[]) =>
  interruptedStep(tail, mark, countedIds("m"))
    .slice(1)
    .map(({ parts }) => parts[0]?.chunk);

test("nothing streamed leaves no message", () => {
  expect(interruptedStep([], mark, countedIds("m"))).toEqual([]);
});

test("text that came in pieces is one chunk, and the mark stands last", () => {
  const tail: TailItem[] = [
    { type: "thinking", text: "hm" },
    { type: "text", text: "one " },
    { type: "text", text: "two" },
  ];
  const [message, ...others] = interruptedStep(tail, mark, countedIds("m"));
  expect(others).toEqual([]);
  expect(message?.role).toBe("assistant");
  expect(message?.parts.map(({ chunk }) => chunk)).toEqual([{ type: "thinking", text: "hm" }, { type: "text", text: "one two" }, mark]);
});

test("a call that had finished keeps its result", () => {
  const tail: TailItem[] = [
    call("1"),
    { type: "intent", toolCallId: "1" },
    { type: "outcome", toolCallId: "1", content: "done", isError: false },
  ];
  expect(resultOf(tail)).toEqual([{ type: "tool-result", toolCallId: "1", toolName: "t", content: "done", isError: false, stepId: "s#0" }]);
});

test("a call that had only started says that its effects are unknown, and shows what it had printed", () => {
  const tail: TailItem[] = [
    call("1"),
    call("2"),
    { type: "intent", toolCallId: "1" },
    { type: "intent", toolCallId: "2" },
    { type: "output", toolCallId: "2", data: "half " },
    { type: "output", toolCallId: "2", data: "way" },
  ];
  expect(resultOf(tail)).toEqual([
    { type: "tool-result", toolCallId: "1", toolName: "t", content: interruptedText, isError: true, stepId: "s#0" },
    {
      type: "tool-result",
      toolCallId: "2",
      toolName: "t",
      content: `${interruptedText}\nIts output until then:\nhalf way`,
      isError: true,
      stepId: "s#0",
    },
  ]);
});

test("a call that had not started says that it did not run", () => {
  expect(resultOf([call("1")])[0]).toMatchObject({ isError: true, content: expect.stringContaining("Not run") });
});
