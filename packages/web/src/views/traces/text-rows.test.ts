import fc from "fast-check";
import { expect, test } from "vitest";
import { estimateRow, promptRows, textRows } from "./text-rows.ts";

test("pieces of a text are the text, each small, none of them half a character", () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom("a".repeat(3_000), "\n", "😀".repeat(1_999), "x"), { maxLength: 12 }), (parts) => {
      const text = parts.join("");
      const rows = textRows("k", text);
      expect(rows.map((row) => row.text).join("")).toBe(text);
      expect(rows.every((row) => row.text.length <= 4_000 && row.text.isWellFormed())).toBe(true);
      expect(new Set(rows.map(({ key }) => key)).size).toBe(rows.length);
    }),
  );
});

test("entries of a prompt have a title, what is known beside the text, and how much of it is missing", () => {
  const rows = promptRows([
    { part: "system", about: "", text: "You help.", chars: 9 },
    {
      part: "message",
      message: 2,
      role: "tool",
      chunk: 1,
      type: "tool-result",
      about: '{"type":"tool-result","toolName":"glob"}',
      text: "abc",
      chars: 1_003,
    },
    { part: "message", message: 3, role: "user", chunk: 1, type: "text", about: '{"type":"text"}', text: "", chars: 0 },
  ]);
  expect(rows.map((row) => (row.kind === "title" ? `# ${row.title} ${row.about}`.trim() : row.text))).toEqual([
    "# System prompt",
    "You help.",
    '# Message 2 · tool · tool-result {"type":"tool-result","toolName":"glob"}',
    "abc",
    "… 1,000 more characters",
    "# Message 3 · user",
  ]);
});

test("a row is estimated by its lines", () => {
  expect(estimateRow({ kind: "text", key: "k", text: `a\n${"b".repeat(81)}` }, 40)).toBe(80);
});

// Reaches pieceCharsMax of text-rows.ts.
test("a piece has 4,000 characters at most", () => {
  expect(textRows("k", "x".repeat(9_000)).map(({ text }) => text.length)).toEqual([4_000, 4_000, 1_000]);
});
