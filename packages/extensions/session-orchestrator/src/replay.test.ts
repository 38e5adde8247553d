import type { OpenTurn } from "@dispatch/conversation-store/contract";
import type { Message } from "@dispatch/kernel";
import { expect, test } from "vitest";
import { replayOf } from "./replay.ts";

const text = (id: string, role: Message["role"], said: string): Message => ({ id, role, parts: [{ chunk: { type: "text", text: said } }] });
const step = (stepId: string) => ({ stepId, usage: { inputTokens: 1, outputTokens: 1 } });
const open: OpenTurn = { turnId: "t", startedAt: 0, promptText: "go", promptId: "p", steps: [step("t#0"), step("t#1")], resumes: 0 };
const brief = (messages: readonly Message[]) =>
  replayOf("c", open, messages).map((event) => ("delta" in event ? event.delta : "stepId" in event ? event.stepId : event.type));

test("a turn is told again from its prompt on, what was before it is not", () => {
  const messages = [
    text("x", "assistant", "before"),
    text("p", "user", "go"),
    text("a", "assistant", "one"),
    text("b", "assistant", "two"),
  ];
  expect(brief(messages)).toEqual(["user-message", "turn-start", "one", "t#0", "two", "t#1"]);
});

test("of a turn whose beginning is folded, the prompt and what is left are told, under the steps' own ids, and the summary is not", () => {
  const messages = [text("s", "system", "summary"), text("b", "assistant", "two")];
  expect(brief(messages)).toEqual(["user-message", "turn-start", "two", "t#1"]);
});
