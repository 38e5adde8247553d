import { expect, test } from "vitest";
import type { Hit } from "./line-search.ts";
import { compilePattern } from "./pattern.ts";
import { hitLines } from "./report.ts";

const compiled = compilePattern("needle", false);
const report = (files: Parameters<typeof hitLines>[0]) => hitLines(files, "pattern" in compiled ? compiled.pattern : (undefined as never));
const hit = (line: number, text: string, matches = true): Hit => ({ line, text, matches });

test("hits stand by file, with an empty line between files", () => {
  expect(
    report([
      { shown: "a", hits: [hit(1, "x"), hit(9, "y")] },
      { shown: "b c", hits: [hit(2, "z")] },
    ]).text,
  ).toBe("a:1:x\na:9:y\n\nb c:2:z");
});

test("with context, a gap is shown", () => {
  expect(report([{ shown: "a", hits: [hit(1, "x"), hit(2, "y", false), hit(7, "z")] }]).text).toBe("a:1:x\na-2-y\n--\na:7:z");
});

// Reaches lineShownMax.
test("of a long line what stands around the match is shown", () => {
  const { text } = report([{ shown: "a", hits: [hit(1, `${"x".repeat(1_000)}needle${"y".repeat(1_000)}`)] }]);
  expect(text).toBe(`a:1:…${"x".repeat(100)}needle${"y".repeat(294)}…`);
});

test("a cut never goes through a character", () => {
  const { text } = report([{ shown: "a", hits: [hit(1, `x${"😀".repeat(400)}`)] }]);
  expect(text.isWellFormed()).toBe(true);
});

// Reaches textCharsMax.
test("an answer is bounded, and says that it was cut", () => {
  const { text, cut } = report([{ shown: "a", hits: Array.from({ length: 1_000 }, (_, i) => hit(i, "x".repeat(300))) }]);
  expect([text.length <= 50 * 1024, cut]).toEqual([true, true]);
});
