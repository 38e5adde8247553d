import { expect, test } from "vitest";
import { markedWords, snippetParts } from "./snippet-parts.ts";

test("the words that were found are marked, and nothing of the text is lost or changed", () => {
  const parts = snippetParts("a <b> Needle and needle", [
    { start: 6, end: 12 },
    { start: 17, end: 23 },
  ]);
  expect(parts.map(({ text, marked }) => (marked ? `[${text}]` : text)).join("")).toBe("a <b> [Needle] and [needle]");
  expect(markedWords(parts)).toEqual(["needle"]);
});

test("ranges that overlap, turn around or reach beyond the text mark nothing twice and break nothing", () => {
  const ranges = [
    { start: 4, end: 2 },
    { start: 0, end: 3 },
    { start: 2, end: 5 },
    { start: 3, end: 99 },
  ];
  expect(snippetParts("abcdef", ranges)).toEqual([
    { text: "abc", marked: true },
    { text: "def", marked: false },
  ]);
  expect(snippetParts("", [])).toEqual([]);
});
