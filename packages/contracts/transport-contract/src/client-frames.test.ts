import { expect, test } from "vitest";
import { clientFrames } from "./client-frames.ts";
import type { ClientFrame } from "./frames.ts";

const takes = (type: ClientFrame["type"], fields: object) => clientFrames[type].safeParse({ type, ...fields }).success;

test("every frame that a client may send is taken as it is", () => {
  const frames: readonly ClientFrame[] = [
    { type: "subscribe", surfaceId: "todo" },
    { type: "subscribe", surfaceId: "todo", conversationId: "c1" },
    { type: "unsubscribe", surfaceId: "todo", conversationId: "c1" },
    { type: "invoke", surfaceId: "todo", actionId: "todo/clear", payload: { deep: [1] }, conversationId: "c1" },
    { type: "chat.send", message: "  hi\n", conversationId: "c1", model: "a/b", cwd: "", reasoningEffort: "low", images: [{ url: "x" }] },
    { type: "chat.subscribe", conversationId: "c1" },
    { type: "chat.unsubscribe", conversationId: "c1" },
    { type: "chat.queue", conversationId: "c1", text: "later", workspaceId: "w1" },
    { type: "chat.queue.cancel", conversationId: "c1", messageId: "m1" },
  ];
  for (const frame of frames) expect(clientFrames[frame.type].parse(frame), frame.type).toEqual(frame);
});

test("what is not needed may be missing or empty, and what nobody knows is left out", () => {
  expect(clientFrames.invoke.parse({ type: "invoke", surfaceId: "todo", actionId: "a" }).payload).toBeUndefined();
  expect(clientFrames.subscribe.parse({ type: "subscribe", surfaceId: "todo", conversationId: "", later: 1 })).not.toHaveProperty("later");
  expect(clientFrames.subscribe.parse({ type: "subscribe", surfaceId: "todo", conversationId: "" }).conversationId).toBeUndefined();
  for (const conversationId of [undefined, "", null, 7])
    expect(clientFrames["chat.send"].parse({ type: "chat.send", message: "a", conversationId }).conversationId).toBeUndefined();
});

test("the text of a message is not trimmed, that of a queued one is", () => {
  expect(clientFrames["chat.send"].parse({ type: "chat.send", message: " a " }).message).toBe(" a ");
  expect(clientFrames["chat.queue"].parse({ type: "chat.queue", conversationId: "c1", text: " a " }).text).toBe("a");
});

test.each<[ClientFrame["type"], object]>([
  ["subscribe", {}],
  ["subscribe", { surfaceId: "" }],
  ["subscribe", { surfaceId: 1 }],
  ["subscribe", { surfaceId: "x".repeat(129) }],
  ["subscribe", { surfaceId: "todo", conversationId: "../etc" }],
  ["unsubscribe", { conversationId: "c1" }],
  ["invoke", { surfaceId: "todo" }],
  ["invoke", { surfaceId: "todo", actionId: "" }],
  ["chat.send", {}],
  ["chat.send", { message: "" }],
  ["chat.send", { message: 1 }],
  ["chat.send", { message: "a", conversationId: "a b" }],
  ["chat.send", { message: "a", reasoningEffort: "extreme" }],
  ["chat.send", { message: "a", images: "x" }],
  ["chat.send", { message: "a", images: [{ url: "" }] }],
  ["chat.send", { message: "a", images: Array.from({ length: 33 }, () => ({ url: "x" })) }],
  ["chat.send", { message: "x".repeat(1_000_001) }],
  ["chat.subscribe", {}],
  ["chat.subscribe", { conversationId: "" }],
  ["chat.unsubscribe", { conversationId: 1 }],
  ["chat.queue", { conversationId: "c1", text: "  " }],
  ["chat.queue", { text: "a" }],
  ["chat.queue", { conversationId: "c1", text: "a", workspaceId: "a/b" }],
  ["chat.queue.cancel", { conversationId: "c1" }],
  ["chat.queue.cancel", { conversationId: "c1", messageId: "" }],
])("%s is refused when it is not as it should be (%#)", (type, fields) => {
  expect(takes(type, fields)).toBe(false);
});

test("images alone are a message", () => {
  expect(takes("chat.send", { images: [{ url: "data:image/png;base64,AA==" }] })).toBe(true);
});
