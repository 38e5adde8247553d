import type { Message, MessagePart } from "@dispatch/kernel";
import fc from "fast-check";
import { expect, test } from "vitest";
import { interruptedText } from "./contract.ts";
import { callsOf, reconcile } from "./reconcile.ts";

const user = (id: string): Message => ({ id, role: "user", parts: [{ chunk: { type: "text", text: id } }] });
const assistant = (id: string, ...calls: string[]): Message => ({
  id,
  role: "assistant",
  parts: [
    { chunk: { type: "text", text: id } },
    ...calls.map((toolCallId): MessagePart => ({ chunk: { type: "tool-call", toolCallId, toolName: "t", input: {}, stepId: "s#0" } })),
  ],
});
const tool = (id: string, ...results: string[]): Message => ({
  id,
  role: "tool",
  parts: results.map((toolCallId) => ({ chunk: { type: "tool-result", toolCallId, toolName: "t", content: id, isError: false } })),
});

test("a whole log comes back as it was", () => {
  const log = [user("u"), assistant("a", "1", "2"), tool("r1", "1"), tool("r2", "2"), assistant("b")];
  expect(reconcile(log)).toEqual(log);
});

test("a call without a result gets one that says it was interrupted, directly behind it", () => {
  expect(reconcile([assistant("a", "1", "2"), tool("r2", "2"), user("u")])).toEqual([
    assistant("a", "1", "2"),
    {
      id: "1:interrupted",
      role: "tool",
      parts: [{ chunk: { type: "tool-result", toolCallId: "1", toolName: "t", content: interruptedText, isError: true, stepId: "s#0" } }],
    },
    tool("r2", "2"),
    user("u"),
  ]);
});

test("a result belongs to the latest call of its id, and one without a call is left out", () => {
  const log = [tool("lost", "1"), assistant("a", "1"), tool("r", "1"), assistant("b", "1"), tool("s", "1"), tool("again", "1")];
  expect(reconcile(log)).toEqual([assistant("a", "1"), tool("r", "1"), assistant("b", "1"), tool("s", "1")]);
});

test("one message with several results becomes one message a result", () => {
  expect(reconcile([assistant("a", "1", "2"), tool("r", "2", "1")]).map(({ id }) => id)).toEqual(["a", "r:1", "r:2"]);
});

const anyLog = fc.array(
  fc.oneof(
    fc.constant("u").map(user),
    fc.uniqueArray(fc.constantFrom("1", "2", "3"), { maxLength: 3 }).map((calls) => assistant("a", ...calls)),
    fc.uniqueArray(fc.constantFrom("1", "2", "3"), { minLength: 1, maxLength: 3 }).map((results) => tool("r", ...results)),
  ),
  { maxLength: 12 },
);

test("whatever the log, every call has exactly one result directly behind it, in call order, and nothing else changes", () => {
  fc.assert(
    fc.property(anyLog, (log) => {
      const whole = reconcile(log);
      expect(whole.filter(({ role }) => role !== "tool")).toEqual(log.filter(({ role }) => role !== "tool"));
      for (const [index, message] of whole.entries()) {
        if (message.role === "tool") continue;
        const calls = callsOf(message).map(({ toolCallId }) => toolCallId);
        const behind = whole.slice(index + 1, index + 1 + calls.length);
        expect(behind.map(({ parts }) => parts.map(({ chunk }) => (chunk.type === "tool-result" ? chunk.toolCallId : "")))).toEqual(
          calls.map((id) => [id]),
        );
        expect(whole[index + 1 + calls.length]?.role).not.toBe("tool");
      }
      expect(reconcile(whole)).toEqual(whole);
    }),
  );
});
