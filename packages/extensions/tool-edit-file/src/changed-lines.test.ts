import { expect, test } from "vitest";
import { changedLines } from "./changed-lines.ts";

test.each([
  ["a\nb\nc", "a\nX\nc", 2, 2],
  ["a\nb\nc", "a\nX\nY\nc", 2, 3],
  ["a\nb\nc", "X\nb\nY", 1, 3],
  ["a\nb\nc", "a\nc", 2, 2],
  ["a\nb\nc", "a", 1, 1],
  ["a\na\na", "a\na", 2, 2],
  ["a", "", 1, 1],
  ["", "a\nb", 1, 2],
])("%j to %j changes lines %d to %d", (before, after, from, to) => {
  expect(changedLines(before, after)).toEqual({ from, to });
});
