import type { StoredChunk, TurnMetrics } from "@dispatch/wire";
import { expect, test } from "vitest";
import { figuresBySeq } from "./turn-figures.ts";

const usage = { inputTokens: 1, outputTokens: 1 };
const turn = (turnId: string, steps = 1): TurnMetrics => ({
  turnId,
  usage,
  steps: Array.from({ length: steps }, (_, at) => ({ stepId: `${turnId}#${at}`, usage })),
});
const log = (...messages: readonly (readonly [StoredChunk["role"], string, string?])[]): readonly StoredChunk[] =>
  messages.map(([role, text, stepId], at) => ({
    seq: at + 1,
    role,
    messageId: `m${at}`,
    chunk:
      stepId === undefined
        ? { type: "text", text }
        : role === "tool"
          ? { type: "tool-result", toolCallId: text, toolName: "t", content: "", isError: false, stepId }
          : { type: "tool-call", toolCallId: text, toolName: "t", input: {}, stepId },
  }));
const found = (chunks: readonly StoredChunk[], metrics: readonly TurnMetrics[]) =>
  [...figuresBySeq(chunks, metrics)].map(([seq, { turnId }]) => [seq, turnId]).toSorted();

test("turns without tools are counted back from the newest", () => {
  const chunks = log(["user", "a"], ["assistant", "b"], ["user", "c"], ["assistant", "d"]);
  expect(found(chunks, [turn("t1"), turn("t2"), turn("t3")])).toEqual([
    [2, "t2"],
    [4, "t3"],
  ]);
});

test("what a person says between tools opens no turn, and a turn with tools is known by its steps", () => {
  const chunks = log(
    ["user", "a"],
    ["assistant", "call", "t1#0"],
    ["tool", "call", "t1#0"],
    ["user", "steer"],
    ["assistant", "b"],
    ["user", "c"],
    ["assistant", "d"],
  );
  expect(found(chunks, [turn("t0"), turn("t1", 2), turn("t2")])).toEqual([
    [5, "t1"],
    [7, "t2"],
  ]);
});

test("a turn that was stopped behind a tool's result ends there: what follows is the next prompt", () => {
  const chunks = log(
    ["user", "a"],
    ["assistant", "b"],
    ["user", "c"],
    ["assistant", "call", "t2#0"],
    ["tool", "call", "t2#0"],
    ["user", "d"],
    ["assistant", "e"],
  );
  expect(found(chunks, [turn("t1"), turn("t2"), turn("t3")])).toEqual([
    [2, "t1"],
    [5, "t2"],
    [7, "t3"],
  ]);
});

test("a summary behind a turn is none of it", () => {
  const chunks = log(["user", "a"], ["assistant", "b"], ["system", "summary"], ["user", "c"], ["assistant", "d"]);
  expect(found(chunks, [turn("t1"), turn("t2")])).toEqual([
    [2, "t1"],
    [5, "t2"],
  ]);
});

test("a prompt behind the last sealed turn has no figures yet, and takes none from a turn that is known by its steps", () => {
  const chunks = log(["user", "a"], ["assistant", "call", "t1#0"], ["tool", "call", "t1#0"], ["assistant", "b"], ["user", "c"]);
  expect(found(chunks, [turn("t1", 2)])).toEqual([[4, "t1"]]);
});

test("a turn in which a person spoke right behind the model has its figures once, at its end", () => {
  const chunks = log(
    ["user", "a"],
    ["assistant", "call", "t1#0"],
    ["assistant", "b"],
    ["user", "c"],
    ["assistant", "call", "t1#1"],
    ["tool", "call", "t1#1"],
  );
  expect(found(chunks, [turn("t1", 3)])).toEqual([[6, "t1"]]);
});
