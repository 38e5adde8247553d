import type { AgentEvent } from "@dispatch/wire";
import { expect, test } from "vitest";
import { busyLabel, renderEvent } from "./render-event.ts";

const of = { conversationId: "c1", turnId: "t1" };
const stepId = "t1#0";
const toolCallId = "call-1";
const turn: readonly AgentEvent[] = [
  { ...of, type: "user-message", text: "hi" },
  { ...of, type: "turn-start" },
  { ...of, type: "provider-retry", attempt: 0, delayMs: 1_500, message: "busy" },
  { ...of, type: "reasoning-delta", delta: "hm" },
  { ...of, type: "text-delta", delta: "Let me look." },
  { ...of, type: "tool-call", stepId, toolCallId, toolName: "run_shell", input: { command: "ls", n: [1] } },
  { ...of, type: "tool-output", toolCallId, data: "a\n", stream: "stdout" },
  { ...of, type: "usage", stepId, usage: { inputTokens: 12, outputTokens: 3 } },
  { ...of, type: "step-complete", stepId },
  { ...of, type: "tool-result", stepId, toolCallId, toolName: "run_shell", content: "a", isError: false },
  { ...of, type: "tool-result", stepId, toolCallId, toolName: "run_shell", content: "no", isError: true },
  { ...of, type: "steering", text: "also" },
  { ...of, type: "error", message: "gone" },
  { ...of, type: "done", reason: "stop" },
  { ...of, type: "turn-sealed" },
  { conversationId: "c1", type: "status", status: "active" },
];
const rendered = (to: "stdout" | "stderr", showReasoning: boolean) =>
  turn
    .map((event) => renderEvent(event, { showReasoning }))
    .filter((piece) => piece !== undefined && (piece.to ?? "stdout") === to)
    .map((piece) => piece?.text)
    .join("");

test("a turn reads as the protocol says: text raw, tools and usage on their lines, all else silent", () => {
  expect(rendered("stdout", false)).toBe(
    'Let me look.\n[tool] run_shell {"command":"ls","n":[1]}\na\n\n[usage] in=12 out=3\n[tool:run_shell] a\n[tool:run_shell] ERROR no\n',
  );
});

test("reasoning is shown only when asked for", () => {
  expect(rendered("stdout", true)).toMatch(/^hmLet me look\./);
});

test("an error goes to stderr", () => {
  expect(rendered("stderr", false)).toBe("[error] gone\n");
});

test("an event that this client does not know is passed over", () => {
  const future = { ...of, type: "from-the-future" } as unknown as AgentEvent;
  expect(renderEvent(future, { showReasoning: true })).toBeUndefined();
});

test("the spinner says what the turn is at", () => {
  expect(turn.map(busyLabel).filter((label) => label !== undefined)).toEqual([
    "thinking",
    "trying again in 2 s: busy",
    "thinking",
    "running run_shell",
    "thinking",
    "thinking",
  ]);
});
