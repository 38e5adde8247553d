import fc from "fast-check";
import { expect, test } from "vitest";
import { LineSearch, lineCharsMax } from "./line-search.ts";
import { compilePattern } from "./pattern.ts";

function search(text: string, source: string, { context = 0, limit = 100, piece = Number.POSITIVE_INFINITY } = {}) {
  const compiled = compilePattern(source, false);
  if ("problem" in compiled) throw new Error(compiled.problem);
  const lines = new LineSearch(compiled.pattern, context, limit);
  for (let at = 0; at < text.length; at += piece) lines.push(text.slice(at, at + piece));
  lines.end();
  return {
    hits: lines.hits.map((hit) => `${hit.line}${hit.matches ? ":" : "-"}${hit.text}`),
    matching: lines.matching,
    more: lines.more,
    long: lines.longLines,
  };
}

test("lines that match are told with their numbers, breaks of either kind left out", () => {
  expect(search("a\nb\r\nab\rx\nc a\r\n", "a|b").hits).toEqual(["1:a", "2:b", "3:ab\rx", "4:c a"]);
  expect(search("x\na", "a").hits).toEqual(["2:a"]);
  expect(search("a\r\n", "a$").hits).toEqual(["1:a"]);
});

test("context is shown once, before and after", () => {
  const text = "1\n2\n3\na\n5\na\n7\n8\n9\na";
  expect(search(text, "a", { context: 1 }).hits).toEqual(["3-3", "4:a", "5-5", "6:a", "7-7", "9-9", "10:a"]);
  expect(search(text, "a", { context: 5 }).hits).toEqual(["1-1", "2-2", "3-3", "4:a", "5-5", "6:a", "7-7", "8-8", "9-9", "10:a"]);
});

test("after as many lines as were wanted it says that there are more, and shows none of them", () => {
  expect(search("a\nx\na\na", "a", { limit: 2 })).toEqual({ hits: ["1:a", "3:a"], matching: 2, more: true, long: 0 });
  expect(search("a\na", "a", { limit: 2 })).toMatchObject({ matching: 2, more: false });
  expect(search("a\n1\n2\na", "a", { limit: 1, context: 1 }).hits).toEqual(["1:a", "2-1"]);
});

test("a line that is too long is not searched but counted, wherever its pieces are cut", () => {
  const long = `${"x".repeat(lineCharsMax)}aa`;
  for (const piece of [1_000, 50_000, 10_000_000]) {
    expect(search(`a\n${long}\na\n`, "a", { piece })).toEqual({ hits: ["1:a", "3:a"], matching: 2, more: false, long: 1 });
    expect(search(`${"x".repeat(lineCharsMax * 2)}a`, "a", { piece }).long).toBe(1);
  }
  expect(search(`${"x".repeat(lineCharsMax - 1)}a`, "a", { piece: 1_000 })).toMatchObject({ matching: 1, long: 0 });
});

test("however a text is cut into pieces, the answer is that of testing each line", () => {
  const text = fc.string({ unit: fc.constantFrom("a", "b", "c", "\n", "\r\n"), maxLength: 60 });
  fc.assert(
    fc.property(
      text,
      fc.constantFrom("a", "^b", "c$", "ab", "^$"),
      fc.integer({ min: 0, max: 3 }),
      fc.integer({ min: 1, max: 20 }),
      (source, pattern, context, piece) => {
        const whole = search(source, pattern, { context });
        expect(search(source, pattern, { context, piece })).toEqual(whole);
        const lines = (source.endsWith("\n") ? source.slice(0, -1) : source).split("\n").map((line) => line.replace(/\r$/, ""));
        if (source === "") lines.length = 0;
        const matching = lines.map((line) => new RegExp(pattern).test(line));
        const near = (i: number) => matching.slice(Math.max(0, i - context), i + context + 1).includes(true);
        const expected = lines.flatMap((line, i) => (near(i) ? [`${i + 1}${matching[i] ? ":" : "-"}${line}`] : []));
        expect(whole.hits).toEqual(expected);
      },
    ),
    { numRuns: 2_000 },
  );
});
