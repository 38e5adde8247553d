import fc from "fast-check";
import { expect, test } from "vitest";
import { readFrame } from "./frames.ts";

test("a frame with unknown fields is read as it is", () => {
  const frame = { type: "chat.delta", event: { type: "text-delta", conversationId: "c", turnId: "t", delta: "x", later: 1 }, more: true };
  expect(readFrame(JSON.stringify(frame))).toEqual(frame);
});

test.each([
  "",
  "null",
  "[]",
  "{}",
  '{"type":"toString"}',
  '{"type":"of-a-newer-server"}',
  '{"type":"chat.delta"}',
  '{"type":"chat.delta","event":{"type":"constructor","conversationId":"c"}}',
  '{"type":"chat.delta","event":{"type":"text-delta","conversationId":"c","turnId":"t","delta":1}}',
  '{"type":"conversation.statusChanged","conversationId":"c","workspaceId":"w","status":"sleeping"}',
  '{"type":"surface","spec":{"id":"s","region":"side","title":"S"}}',
])("%s is dropped", (text) => {
  expect(readFrame(text)).toBeUndefined();
});

test("nothing that comes over the line throws", () => {
  fc.assert(fc.property(fc.oneof(fc.string(), fc.json()), (text) => void readFrame(text)));
});
