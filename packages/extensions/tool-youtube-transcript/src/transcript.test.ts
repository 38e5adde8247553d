import { expect, test } from "vitest";
import { readTranscript, timestamp } from "./transcript.ts";

const json = (value: unknown) => readTranscript(JSON.stringify(value), "application/json; charset=utf-8");

test("segments become lines of half a minute, each with the time at which it begins", () => {
  const segments = [
    { text: "hello\nthere", start: 0, duration: 2 },
    { text: " world ", start: 29.9 },
    { text: "next", start: 30 },
    { text: "later", start: 3_723.4 },
  ];
  expect(json({ title: " A\ntitle ", language: "en", segments })).toEqual({
    text: "[0:00] hello there world\n[0:30] next\n[1:02:03] later",
    title: "A title",
    language: "en",
    isTimed: true,
  });
});

test("every shape of the contract is read", () => {
  const plain = { text: "a b", title: "", language: "", isTimed: false };
  expect(json({ text: "a b" })).toEqual(plain);
  expect(json({ transcript: "a b", lang: "de", title: null })).toEqual({ ...plain, language: "de" });
  expect(json({ transcript: [{ text: "a" }, { text: "b" }] })).toEqual({ ...plain, text: "a\nb" });
  expect(json([{ text: "a", start: 61 }])).toMatchObject({ text: "[1:01] a", isTimed: true });
  expect(readTranscript("a b\r\n", "text/plain; charset=utf-8")).toEqual(plain);
});

test("where one segment lacks its time none is shown", () => {
  expect(json({ segments: [{ text: "a", start: 1 }, { text: "b" }] })).toMatchObject({ text: "a\nb", isTimed: false });
});

test("times that go back begin a new line", () => {
  expect(json({ segments: [50, 10, 12].map((start) => ({ text: "x", start })) })?.text).toBe("[0:50] x\n[0:10] x x");
});

test.each([
  {},
  [],
  null,
  "text",
  7,
  { segments: [] },
  { segments: [{ start: 1 }] },
  { segments: [{ text: "a", start: -1 }] },
  { segments: [{ text: "a", start: "1" }] },
  { text: 5 },
  { error: "no" },
])("%j is no transcript", (value) => {
  expect(json(value)).toBeUndefined();
});

test("what is neither JSON nor plain text is none", () => {
  expect(readTranscript("<html>", "text/html")).toBeUndefined();
  expect(readTranscript("{", "application/json")).toBeUndefined();
  expect(readTranscript("[".repeat(1_000_000), "application/json")).toBeUndefined();
  expect(readTranscript("a", "")).toBeUndefined();
});

test("a time is written as players write it", () => {
  expect([0, 59.9, 60, 3_599, 3_600, 360_000].map(timestamp)).toEqual(["0:00", "0:59", "1:00", "59:59", "1:00:00", "100:00:00"]);
});

// Reaches titleCharactersMax.
test("of a long title 300 characters are taken", () => {
  expect(json({ text: "a", title: "x".repeat(400) })?.title).toBe(`${"x".repeat(299)}…`);
});
