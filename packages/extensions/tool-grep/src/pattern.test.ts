import fc from "fast-check";
import { expect, test } from "vitest";
import { compilePattern } from "./pattern.ts";

function pattern(source: string, ignoreCase = false) {
  const compiled = compilePattern(source, ignoreCase);
  if ("problem" in compiled) throw new Error(compiled.problem);
  return compiled.pattern;
}

test.each([
  ["foo.*bar", "a foo b bar c", true],
  ["^foo$", "foo", true],
  ["^foo$", "foo ", false],
  ["\\bcat\\b", "concat", false],
  ["[[:digit:]]{2}", "a12", true],
  ["(?i)FOO", "foo", true],
  ["a{,3}", "a{,3}", true],
  ["\\-\\_\\/", "-_/", true],
  ["日本", "日本語", true],
  ["^.$", "😀", true],
])("%s on %j: %s", (source, line, expected) => {
  expect(pattern(source).matches(line)).toBe(expected);
});

test("case counts unless it is asked not to, in other alphabets too", () => {
  expect([pattern("straße").matches("STRASSE"), pattern("ÄPFEL").matches("äpfel"), pattern("ÄPFEL", true).matches("äpfel")]).toEqual([
    false,
    false,
    true,
  ]);
});

test.each([
  ["(abc", "missing closing )"],
  ["[z-a]", "invalid character class range"],
  ["*a", "missing argument to repetition operator"],
  ["a(?=b)", "Look-around and back-references are not supported"],
  ["(a)\\1", "Look-around and back-references are not supported"],
  ["\\", "trailing backslash"],
  ["", "empty"],
  ["a\nb", "one by one"],
  ["a\\nb", "one by one"],
  ["x".repeat(2_000), "longer than"],
  ["((a{1,100}){1,100}){1,100}", "invalid repeat count"],
  ["((a{1,1000}){1,1000}){1,1000}", "too large"],
])("%j is refused with the reason", (source, reason) => {
  expect(compilePattern(source, false)).toEqual({ problem: expect.stringContaining(reason) });
});

test("a backslash before an n that is one itself is no line break", () => {
  expect(pattern("a\\\\n").matches("a\\n")).toBe(true);
});

test("patterns on which others never end are answered at once", () => {
  const line = `${"a".repeat(20_000)}!`;
  for (const source of ["(a+)+$", "(a|aa)+$", "(.*a){12}b", "^(a?){30}a{30}$", "(x+x+)+y", "a*a*a*a*a*a*a*b"]) {
    expect([source, pattern(source).matches(line)]).toEqual([source, false]);
  }
});

test("many lines are never passed over when one of them matches", () => {
  const token = fc.constantFrom(
    "a",
    "b",
    ".",
    "^",
    "$",
    "\\b",
    "\\B",
    "\\W",
    "\\s",
    "[^a]",
    "(a|b)",
    "a*",
    "b?",
    "\\A",
    "\\z",
    "(?-s:.)",
    "(?i)A",
    "-",
  );
  const source = fc.array(token, { minLength: 1, maxLength: 4 }).map((tokens) => tokens.join(""));
  const line = fc.string({ unit: fc.constantFrom("a", "b", " ", "-"), maxLength: 5 });
  fc.assert(
    fc.property(source, fc.array(line, { minLength: 1, maxLength: 5 }), (text, lines) => {
      const compiled = compilePattern(text, false);
      if ("problem" in compiled) return;
      if (lines.some((one) => compiled.pattern.matches(one)))
        expect([text, compiled.pattern.mayMatch(lines.join("\n"))]).toEqual([text, true]);
    }),
    { numRuns: 3_000 },
  );
});

// Reaches patternCharsMax.
test("a pattern has at most a thousand characters", () => {
  expect(pattern("x".repeat(1_000)).matches("x".repeat(1_000))).toBe(true);
  expect(compilePattern("x".repeat(1_001), false)).toEqual({ problem: "The pattern is longer than 1000 characters." });
});
