import { expect, test } from "vitest";
import { markEnd, markedSnippet, markStart } from "./marked-snippet.ts";

const marked = (before: number, after: number) => `${"a".repeat(before)}${markStart}hit${markEnd}${"b".repeat(after)}`;

// Reaches snippetCharsMax, leadCharsMax.
test("a snippet has four hundred characters, of which one hundred stand before its first match", () => {
  expect(markedSnippet(marked(197, 200)).snippet).toBe(`${"a".repeat(197)}hit${"b".repeat(200)}`);
  const { snippet, matches } = markedSnippet(marked(5_000, 5_000));
  expect(snippet).toBe(`…${"a".repeat(100)}hit${"b".repeat(297)}…`);
  expect(matches.map(({ start, end }) => snippet.slice(start, end))).toEqual(["hit"]);
});
