import { expect, test } from "vitest";
import { compileSegment } from "./segment.ts";

const cases: readonly (readonly [pattern: string, fits: readonly string[], not: readonly string[]])[] = [
  ["a.ts", ["a.ts"], ["a-ts", "A.ts", "a.tsx", ""]],
  ["*", ["", "a", ".hidden"], []],
  ["*.ts", [".ts", "a.ts", "a.b.ts"], ["a.tsx", "ts"]],
  ["test*", ["test", "test-1"], ["a-test"]],
  ["a*a", ["aa", "aba"], ["a", "ab"]],
  ["*a*b*", ["ab", "xaxbx"], ["ba", "a"]],
  ["a?c", ["abc", "a😀c", "aéc"], ["ac", "abbc"]],
  ["[a-c]", ["a", "b", "c"], ["d", "", "ab"]],
  ["[!a-c]x", ["dx"], ["ax", "x"]],
  ["[^a]", ["b"], ["a"]],
  ["[]a]", ["]", "a"], ["b"]],
  ["[!]]", ["a"], ["]"]],
  ["[a-]", ["a", "-"], ["b"]],
  ["[a\\]]", ["a", "]"], ["\\"]],
  ["[ab", ["[ab"], ["a", "b"]],
  ["\\*", ["*"], ["a", "\\*"]],
  ["a\\?*", ["a?", "a?b"], ["ab"]],
  ["*.py[co]", ["a.pyc", "a.pyo"], ["a.py"]],
];

test.each(cases)("%s fits what it says", (pattern, fits, not) => {
  const segment = compileSegment(pattern);
  expect(fits.filter((name) => !segment(name))).toEqual([]);
  expect(not.filter((name) => segment(name))).toEqual([]);
});

test("a pattern that would take a regular expression for ever takes steps of pattern times name", () => {
  const segment = compileSegment(`${"*a".repeat(60)}b`);
  expect(segment("a".repeat(255))).toBe(false);
});
