import type { Clock, ModelPart, ModelRequest } from "@dispatch/kernel";
import { FakeClock, modelLaws } from "@dispatch/testkit";
import { expect, test } from "vitest";
import { offlineModel, turnMsMin } from "./model.ts";

const request: ModelRequest = {
  system: "",
  messages: [{ id: "u", role: "user", parts: [{ chunk: { type: "text", text: "What can you do?" } }] }],
  tools: [],
};
const hasty: Clock = { now: () => 0, monotonic: () => 0, sleep: async () => {} };

for (const [law, hold] of Object.entries(modelLaws))
  test(law, () => hold(async () => ({ model: offlineModel("assistant", hasty), request })));

test("an answer takes its time and no more", async () => {
  const clock = new FakeClock();
  const parts: ModelPart[] = [];
  const done = (async () => {
    for await (const part of offlineModel("assistant", clock).stream(request, new AbortController().signal)) parts.push(part);
  })();
  await clock.advance(turnMsMin - 1);
  expect(parts.at(-1)?.type).toBe("text-delta");
  await clock.advance(2);
  await done;
  expect(parts.at(-1)).toEqual({ type: "finish", unified: "stop" });
});

test("an answer comes in pieces that never cut a character", async () => {
  const text = "🙂".repeat(100);
  const asked: ModelRequest = {
    ...request,
    messages: [
      { id: "u", role: "user", parts: [{ chunk: { type: "text", text: "ls" } }] },
      {
        id: "r",
        role: "tool",
        parts: [{ chunk: { type: "tool-result", toolCallId: "1", toolName: "read_file", content: text, isError: false } }],
      },
    ],
  };
  const pieces: string[] = [];
  for await (const part of offlineModel("assistant", hasty).stream(asked, new AbortController().signal))
    if (part.type === "text-delta") pieces.push(part.text);
  expect(pieces.length).toBeGreaterThan(2);
  for (const piece of pieces) expect(piece.isWellFormed()).toBe(true);
  expect(pieces.join("")).toContain(text);
});
