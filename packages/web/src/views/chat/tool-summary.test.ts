import { expect, test } from "vitest";
import { summaryOf } from "./tool-summary.ts";

// Reaches subjectCharsMax.
test("what a call is about is one line of 300 characters at most", () => {
  expect(summaryOf("grep", { pattern: "x".repeat(1_000) }).subject).toBe("x".repeat(300));
  expect(summaryOf("grep", { pattern: `a\n\n b${"x".repeat(1_000)}` }).subject).toBe(`a b${"x".repeat(297)}`);
  expect(summaryOf("grep", { pattern: "x".repeat(300) }).subject).toHaveLength(300);
});
