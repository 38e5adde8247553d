import { expect, test } from "vitest";
import { readFrame } from "./read-frame.ts";

const read = (value: unknown) => readFrame(JSON.stringify(value));

test("a frame is read with what it says, and without what nobody knows", () => {
  expect(read({ type: "subscribe", surfaceId: "todo", conversationId: "c1", later: true })).toEqual({
    frame: { type: "subscribe", surfaceId: "todo", conversationId: "c1" },
  });
});

test("what is no JSON object, no text, or nested too deep is an error of no surface", () => {
  const deep = `{"type":"invoke","surfaceId":"a","actionId":"b","payload":${"[".repeat(1_000)}${"]".repeat(1_000)}}`;
  for (const text of [undefined, "", "{", "null", "7", '"hi"', "[]", "\u0000", "[".repeat(3_000_000), deep]) {
    expect(readFrame(text)).toEqual({ refusal: { type: "error", message: expect.stringContaining("one JSON object") } });
  }
});

test("an unknown type is an error that names the nearest", () => {
  expect(read({ type: "chat.sned" })).toEqual({
    refusal: { type: "error", message: 'There is no frame of type "chat.sned"; did you mean chat.send?' },
  });
  for (const type of ["constructor", "__proto__", "toString"]) expect(read({ type })).toMatchObject({ refusal: { type: "error" } });
  for (const frame of [{}, { type: 1 }, { type: null }, { type: {} }]) {
    expect(read(frame)).toEqual({ refusal: { type: "error", message: "A frame needs a `type`." } });
  }
  expect(JSON.stringify(read({ type: "x".repeat(100_000) })).length).toBeLessThan(300);
});

test("a bad chat frame is a chat error with its conversation, if it named one", () => {
  expect(read({ type: "chat.send", conversationId: "c1", message: "" })).toEqual({
    refusal: { type: "chat.error", conversationId: "c1", message: expect.stringContaining("message: must not be blank") },
  });
  expect(read({ type: "chat.send", message: 1 })).toEqual({ refusal: { type: "chat.error", message: expect.any(String) } });
  expect(read({ type: "chat.subscribe", conversationId: "../etc" })).toMatchObject({
    refusal: { type: "chat.error", conversationId: "../etc" },
  });
  expect(read({ type: "chat.queue", conversationId: "c1", text: " " })).toMatchObject({
    refusal: { type: "chat.error", conversationId: "c1" },
  });
});

test("a bad effort and images that are none are chat errors", () => {
  for (const wrong of [{ reasoningEffort: "extreme" }, { images: "x" }, { images: [{}] }]) {
    expect(read({ type: "chat.send", conversationId: "c1", message: "a", ...wrong })).toMatchObject({
      refusal: { type: "chat.error", conversationId: "c1", message: expect.stringContaining(Object.keys(wrong)[0] ?? "") },
    });
  }
});

test("a bad surface frame is an error of its surface, if it named one", () => {
  expect(read({ type: "subscribe", surfaceId: "todo", conversationId: "a b" })).toMatchObject({
    refusal: { type: "error", surfaceId: "todo" },
  });
  expect(read({ type: "invoke", surfaceId: "todo" })).toEqual({
    refusal: { type: "error", surfaceId: "todo", message: expect.stringContaining("actionId") },
  });
  expect(read({ type: "subscribe" })).toEqual({ refusal: { type: "error", message: expect.stringContaining("surfaceId") } });
});

// Reaches problemsMax.
test("of a frame with many faults twenty are told", () => {
  const read30 = read({ type: "chat.send", conversationId: "c1", message: "a", images: Array(30).fill({}) });
  const { message } = (read30 as { readonly refusal: { readonly message: string } }).refusal;
  expect(message.split("; ")).toHaveLength(20);
});
