import { expect, test } from "vitest";
import { unifiedDiff } from "./unified-diff.ts";

test("a diff has file headers and three lines around each change", () => {
  expect(unifiedDiff("src/a.ts", "1\n2\n3\n4\n5\n6\n7\n8\n9\n", "1\n2\n3\n4\nfive\n6\n7\n8\n9\n")).toBe(
    "--- a/src/a.ts\n+++ b/src/a.ts\n@@ -2,7 +2,7 @@\n 2\n 3\n 4\n-5\n+five\n 6\n 7\n 8\n",
  );
});

test("line breaks of the file's own kind do not make a line different", () => {
  expect(unifiedDiff("a", "1\r\n2\r\n", "1\r\nx\r\n")).toBe("--- a/a\n+++ b/a\n@@ -1,2 +1,2 @@\n 1\n-2\n+x\n");
});

test("a change of everything is not shown, and takes no time", () => {
  const lines = Array.from({ length: 20_000 }, (_, i) => `old ${i}`).join("\n");
  expect(unifiedDiff("a", lines, lines.replaceAll("old", "new"))).toBeUndefined();
});

test("a new file is all new, as its library would say it, however long", () => {
  expect(unifiedDiff("a", "", "1\n2\n")).toBe("--- a/a\n+++ b/a\n@@ -0,0 +1,2 @@\n+1\n+2\n");
  expect(unifiedDiff("a", "", "1")).toBe("--- a/a\n+++ b/a\n@@ -0,0 +1 @@\n+1\n\\ No newline at end of file\n");
  expect(unifiedDiff("a", "", "x\n".repeat(20_000))?.split("\n")).toHaveLength(20_004);
});

// Reaches changedLinesMax.
test("a thousand lines that are removed or added are shown, and no more", () => {
  const text = (changed: number, word: string) =>
    Array.from({ length: 600 }, (_, n) => (n < changed ? `${word} ${n}\n` : `${n}\n`)).join("");
  expect(unifiedDiff("a", text(500, "old"), text(500, "new"))?.match(/^[-+](?:old|new)/gm)).toHaveLength(1_000);
  expect(unifiedDiff("a", text(501, "old"), text(501, "new"))).toBeUndefined();
});

// Reaches diffCharsMax.
test("a diff of 262,144 characters is shown, a longer one is not", () => {
  const overhead = unifiedDiff("a", "", "x\n")?.length ?? 0;
  const room = 256 * 1024 - overhead + 1;
  expect(unifiedDiff("a", "", `${"x".repeat(room)}\n`)).toHaveLength(256 * 1024);
  expect(unifiedDiff("a", "", `${"x".repeat(room + 1)}\n`)).toBeUndefined();
});
