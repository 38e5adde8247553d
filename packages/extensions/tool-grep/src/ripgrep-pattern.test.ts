import { expect, test } from "vitest";
import { forRipgrep } from "./ripgrep-pattern.ts";

test.each([
  ["foo.*bar", "foo.*bar"],
  ["(a|b)+?c{2,3}", "(a|b)+?c{2,3}"],
  ["^a$", "^a\\r?$"],
  ["a$|^b", "a\\r?$|^b"],
  ["((a$))", "((a\\r?$))"],
  ["\\d\\w\\s\\.\\(", "\\d\\w\\s\\.\\("],
  ["\\D\\W", "[^0-9][^0-9A-Za-z_]"],
  ["\\bfoo", "(?-u:\\b)foo"],
  ["[a-z_]\\[", "[a-z_]\\["],
  ["[]a]", "[]a]"],
  ["[[:alpha:]x]", "[[:alpha:]x]"],
  ["(?:a)(?i)b(?i:c)", "(?:a)(?i)b(?i:c)"],
])("%s is %s", (source, translated) => {
  expect(forRipgrep(source)).toBe(translated);
});

test.each([
  "a{,3}",
  "a{",
  "\\<a",
  "\\B",
  "\\A",
  "\\pL",
  "\\Qa",
  "\\x41",
  "[^\\w]",
  "[\\D]",
  "[a[b]",
  "[a&&b]",
  "[a--b]",
  "[a",
  "(?P<n>a)",
  "(?s).",
  "\\",
])("%s is not handed on", (source) => {
  expect(forRipgrep(source)).toBeUndefined();
});
