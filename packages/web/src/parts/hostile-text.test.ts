import { expect, test } from "vitest";
import { isHostile } from "./hostile-text.ts";

// Reaches lineCharsMax.
test("a line of 6,000 characters is read as Markdown, a longer one is not", () => {
  expect([isHostile("x".repeat(6_000)), isHostile("x".repeat(6_001))]).toEqual([false, true]);
  expect(isHostile("short\n".repeat(2_000))).toBe(false);
});

// Reaches marksMax.
test("a paragraph with 800 marks is read as Markdown, one with more is not, unless it is code", () => {
  const marks = (count: number) => "*a\n".repeat(count);
  expect([isHostile(marks(800)), isHostile(marks(801))]).toEqual([false, true]);
  expect(isHostile(`${marks(700)}\n\n${marks(700)}`)).toBe(false);
  expect(isHostile(`\`\`\`\n${marks(5_000)}`)).toBe(false);
});

test("lists and quotes that are nested without end are not read", () => {
  for (const opener of ["> ", "- ", "1. "]) expect([isHostile(opener.repeat(13)), isHostile(opener.repeat(14))]).toEqual([false, true]);
  expect([isHostile(`${" ".repeat(59)}- a`), isHostile(`${" ".repeat(60)}- a`)]).toEqual([false, true]);
});
