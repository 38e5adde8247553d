import fc from "fast-check";
import { expect, test } from "vitest";
import { promptDifference } from "./prompt-difference.ts";
import { promptEntries } from "./prompt-entries.ts";
import type { SaidPrompt } from "./prompt-manifests.fixture.ts";

const message = (id: string, role: string, text: string): string =>
  JSON.stringify({ id, role, parts: [{ chunk: { type: "text", text } }] });

const prompt = (messages: readonly string[], system = "You help.", tools = "[]"): SaidPrompt => ({ system, tools, messages });
const between = (first: SaidPrompt, second: SaidPrompt) => promptDifference(promptEntries(first), promptEntries(second));
const bytes = (text: string) => new TextEncoder().encode(text).byteLength;

test("prompts that say the same are the same, whatever the ids of their messages and steps are", () => {
  const result = (id: string) =>
    JSON.stringify({ id, role: "tool", parts: [{ chunk: { type: "tool-result", content: "x", stepId: id } }] });
  const {
    at,
    bytes: sizes,
    sharedBytes,
  } = between(prompt([message("m1", "user", "Hi"), result("s1")]), prompt([message("m2", "user", "Hi"), result("s2")]));
  expect([at, sizes[0], sharedBytes]).toEqual([undefined, sizes[1], sizes[0]]);
});

test("a system prompt that holds the time of day parts at that character, and nothing behind it is shared", () => {
  const difference = between(prompt([message("m", "user", "Hi")], "It is 09:15."), prompt([message("m", "user", "Hi")], "It is 09:27."));
  expect(difference).toMatchObject({
    sharedBytes: 9,
    at: { part: "system", character: 10, first: "It is 09:‸15.", second: "It is 09:‸27." },
  });
});

test("a message, its chunk and its character are named", () => {
  const two = (text: string) =>
    JSON.stringify({
      id: "m",
      role: "assistant",
      parts: [{ chunk: { type: "thinking", text: "Hm." } }, { chunk: { type: "text", text } }],
    });
  const { at } = between(
    prompt([message("u", "user", "Hi"), two("Yes, 😀 now")]),
    prompt([message("u", "user", "Hi"), two("Yes, 😁 now")]),
  );
  expect(at).toEqual({
    part: "message",
    message: 2,
    role: "assistant",
    chunk: 2,
    type: "text",
    character: 6,
    first: "Yes, ‸😀 now",
    second: "Yes, ‸😁 now",
  });
});

test("what goes on where the other ends shares all of the other", () => {
  const [short, long] = [prompt([message("a", "user", "Hi")]), prompt([message("a", "user", "Hi"), message("b", "assistant", "Hello")])];
  const { sharedBytes, bytes: sizes, at } = between(short, long);
  expect([sharedBytes, at?.first, at?.second, at?.message]).toEqual([sizes[0], null, "‸Hello", 2]);
});

test("another role, or the call of another tool, differs before its text", () => {
  const { at } = between(prompt([message("a", "user", "Hi")]), prompt([message("a", "assistant", "Hi")]));
  expect(at).toMatchObject({ message: 1, character: 0 });
  expect([at?.first?.includes("user"), at?.second?.includes("assistant")]).toEqual([true, true]);
});

test("what no longer is stored, and what is no message, is compared as it stands", () => {
  const gone = { system: undefined, tools: undefined, messages: [undefined, "not json"] };
  expect(promptDifference(promptEntries(gone), promptEntries(gone)).at).toBeUndefined();
  expect(promptDifference(promptEntries(gone), promptEntries({ ...gone, messages: [undefined, "not  json"] })).at).toMatchObject({
    message: 2,
    character: 5,
  });
});

test("the bytes that two texts share are those of their common beginning, in whole characters", () => {
  const text = fc.string({ unit: "grapheme", maxLength: 12 });
  fc.assert(
    fc.property(text, text, text, (shared, one, other) => {
      const { sharedBytes, bytes: sizes, at } = between(prompt([], shared + one), prompt([], shared + other));
      expect(sharedBytes).toBeGreaterThanOrEqual(one === other ? bytes(shared + one) : bytes(shared));
      expect(sharedBytes).toBeLessThanOrEqual(Math.min(...sizes));
      expect(at === undefined).toBe(one === other);
    }),
  );
});
