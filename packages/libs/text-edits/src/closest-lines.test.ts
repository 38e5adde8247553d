import { expect, test } from "vitest";
import { closestLines } from "./closest-lines.ts";

// Reaches linesScannedMax.
test("what stands behind fifty thousand lines is not looked for", () => {
  const at = (line: number) => closestLines(`${"\n".repeat(line - 1)}needle in the hay\n`, "needle in the hay!")?.firstLine;
  expect([at(50_000), at(50_001)]).toEqual([50_000, undefined]);
});

// Reaches linesComparedMax.
test("five lines decide where a longer text would stand", () => {
  const same = ["alpha one", "bravo two", "charlie three", "delta four", "echo five"];
  const text = [...same, "nothing like it", "", ...same, "foxtrot six"].join("\n");
  expect(closestLines(text, [...same, "foxtrot six"].join("\n"))?.firstLine).toBe(1);
  expect(closestLines(text.replace("echo five\nnothing", "other\nnothing"), [...same, "foxtrot six"].join("\n"))?.firstLine).toBe(8);
});

// Reaches linesShownMax, lineCharsMax.
test("ten lines are shown, and two hundred characters of each", () => {
  const lines = Array.from({ length: 12 }, (_, n) => `line ${n} ${"x".repeat(300)}`);
  const found = closestLines(lines.join("\n"), lines.join("\n").replace("line 3", "line three"));
  expect([found?.lines.length, found?.lines[0]?.length, found?.lines[0]?.at(-1)]).toEqual([10, 201, "…"]);
});
