import fc from "fast-check";
import { expect, test } from "vitest";
import { applyTextEdits, plannedEdits } from "./text-edits.ts";

const at = (line: number, from: number, to: number, newText: string) => ({
  range: { start: { line, character: from }, end: { line, character: to } },
  newText,
});

test("edits count in the text as it was, in whatever order they come", () => {
  expect(applyTextEdits("one two\r\nthree\n", [at(1, 0, 5, "3"), at(0, 4, 7, "2"), at(0, 0, 3, "1")])).toBe("1 2\r\n3\n");
  expect(applyTextEdits("ab", [at(0, 1, 1, "x"), at(0, 1, 1, "y")])).toBe("axyb");
  expect(applyTextEdits("a\nb", [{ range: { start: { line: 0, character: 1 }, end: { line: 1, character: 0 } }, newText: "" }])).toBe("ab");
});

test("what lies beyond the text counts as its end, and a column beyond its line as that line's end", () => {
  expect(applyTextEdits("a\nb", [at(9, 0, 0, "!")])).toBe("a\nb!");
  expect(applyTextEdits("a\nb", [at(1, 5, 9, "!")])).toBe("a\nb!");
  expect(applyTextEdits("a\r\nb", [at(0, 5, 9, "!")])).toBe("a!\r\nb");
  expect(applyTextEdits("a", [at(-1, -5, 0, "!")])).toBe("!a");
});

test("edits that overlap are none", () => {
  expect(applyTextEdits("abcd", [at(0, 0, 3, "x"), at(0, 2, 4, "y")])).toBeUndefined();
  expect(applyTextEdits("abcd", [at(0, 3, 1, "x")])).toBeUndefined();
});

test("replacing pieces by themselves changes nothing", () => {
  const text = fc.string({ unit: fc.constantFrom("a", "🙂", "\n", "\r\n", "\r"), maxLength: 30 });
  fc.assert(
    fc.property(text, (source) => {
      const lines = source.split(/\r\n|\r|\n/);
      const edits = lines.map((line, number) => at(number, 0, line.length, line));
      expect(applyTextEdits(source, edits)).toBe(source);
    }),
  );
});

test("both forms of a workspace edit are read, and what is none is left out", () => {
  const edit = at(0, 0, 1, "x");
  expect(plannedEdits({ changes: { "file:///a": [edit, null, 7], "http://x/": [edit], "file:///b": "no" } })).toEqual({
    files: new Map([["/a", [edit]]]),
    others: [],
  });
  const documentChanges = [
    { textDocument: { uri: "file:///a" }, edits: [edit] },
    { textDocument: { uri: "file:///a" }, edits: [edit] },
    { kind: "rename", oldUri: "file:///old", newUri: "file:///new" },
    { kind: "create", uri: "file:///c" },
    null,
    { textDocument: null, edits: 3 },
  ];
  expect(plannedEdits({ documentChanges })).toEqual({ files: new Map([["/a", [edit, edit]]]), others: ["rename /old", "create /c"] });
  for (const odd of [null, undefined, 7, "x", [], { changes: 3 }, { documentChanges: {} }])
    expect(plannedEdits(odd)).toEqual({ files: new Map(), others: [] });
});
