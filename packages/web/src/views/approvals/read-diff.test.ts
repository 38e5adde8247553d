import { expect, test } from "vitest";
import { readDiff } from "./read-diff.ts";

test("a unified diff is read line by line, with a gap between its parts", () => {
  const diff = "--- a/x\n+++ b/x\n@@ -1,2 +1,2 @@\n one\n-two\n+-- TWO\n@@ -9 +9 @@\n-+++ nine\n\\ No newline at end of file\n+9\n";
  expect(readDiff(diff)).toEqual([
    { kind: "same", text: "one" },
    { kind: "removed", text: "two" },
    { kind: "added", text: "-- TWO" },
    { kind: "gap", text: "" },
    { kind: "removed", text: "+++ nine" },
    { kind: "added", text: "9" },
  ]);
});

// Reaches linesMax of read-diff.ts.
test("a diff that was cut says so where it ends, and one that nobody could read to its end is cut here", () => {
  expect(readDiff("--- a/x\n+++ b/x\n@@ -0,0 +1 @@\n+abc… [12 more characters are not shown]")).toEqual([
    { kind: "added", text: "abc… [12 more characters are not shown]" },
  ]);
  const long = readDiff(`@@ -0,0 +1 @@\n${"+x\n".repeat(1_500)}`);
  expect([long.length, long.at(-1)?.text]).toEqual([1_001, "500 more lines"]);
});
