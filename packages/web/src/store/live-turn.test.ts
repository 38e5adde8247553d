import { expect, test } from "vitest";
import { advance, openTurn } from "./live-turn.ts";

const of = { conversationId: "c", turnId: "t" };

// Reaches outputCharsMax.
test("of what a call writes while it runs the last 200,000 characters are kept", () => {
  const output = (data: string) => ({ type: "tool-output", ...of, toolCallId: "a", stream: "stdout", data }) as const;
  const called = advance(
    openTurn("t", "p"),
    { type: "tool-call", ...of, stepId: "s", toolCallId: "a", toolName: "run_shell", input: {} },
    0,
  );
  const [part] = [output("begin"), output("x".repeat(199_990)), output("the very end")].reduce(
    (turn, event) => advance(turn, event, 0),
    called,
  ).parts;
  expect(part?.kind === "tool" ? [part.output.length, part.output.startsWith("x"), part.output.endsWith("the very end")] : []).toEqual([
    200_000,
    true,
    true,
  ]);
});
