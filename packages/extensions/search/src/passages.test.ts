import type { StoredChunk } from "@dispatch/wire";
import { expect, test } from "vitest";
import { passageCharsMax, passagesOf } from "./passages.ts";

const passages = (chunk: StoredChunk["chunk"]) => passagesOf({ seq: 1, role: "user", messageId: "m", chunk }).map(({ text }) => text);
const long = "x".repeat(200_000);
const charsOf = (chunk: StoredChunk["chunk"]) => passages(chunk).join("").length;

// Reaches saidCharsMax, heardCharsMax.
test("of what people and models say much is found, of what tools were told and said the beginning", () => {
  expect(charsOf({ type: "text", text: long })).toBe(65_536);
  expect(charsOf({ type: "system", text: long })).toBe(65_536);
  expect(charsOf({ type: "thinking", text: long })).toBe(16_384);
  expect(charsOf({ type: "tool-result", toolCallId: "1", toolName: "t", content: long, isError: false })).toBe(16_384);
  expect(charsOf({ type: "error", message: long })).toBe(16_384);
  expect(charsOf({ type: "tool-call", toolCallId: "1", toolName: "t", input: [long, "late"] })).toBe("t\n".length + 16_384);
});

test("what is long is found in pieces that can be shown", () => {
  expect(passageCharsMax).toBe(8_192);
  expect(passages({ type: "text", text: "x".repeat(8_193) }).map(({ length }) => length)).toEqual([8_192, 1]);
});

// Reaches placeCharsMax.
test("a piece ends between two words where one ends within its last two hundred characters", () => {
  const spaceAt = (at: number) => `${"x".repeat(at)} ${"y".repeat(9_000)}`;
  expect(passages({ type: "text", text: spaceAt(8_192 - 199) })[0]).toBe("x".repeat(8_192 - 199));
  expect(passages({ type: "text", text: spaceAt(8_192 - 200) })[0]).toHaveLength(8_192);
});
