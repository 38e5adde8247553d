import fc from "fast-check";
import { expect, test } from "vitest";
import { replaceText, unixBreaks } from "./replace-text.ts";

const result = (text: string, old: string, by: string, replaceAll = false) => {
  const replaced = replaceText(text, { old, new: by, replaceAll });
  return "foundOn" in replaced ? replaced.foundOn : "text" in replaced && replaced.text;
};

test("what stands there once is replaced, and nothing else", () => {
  expect(result("a b c", "b", "x")).toBe("a x c");
  expect(result("a\nb\n", "a\nb\n", "")).toBe("");
  expect(result("$& $1", "$&", "$1$$")).toBe("$1$$ $1");
});

test("what stands there not at all, or more than once, is told with its lines", () => {
  expect(result("a\nb", "c", "x")).toEqual([]);
  expect(result("a\nb a\n\na", "a", "x")).toEqual([1, 2, 4]);
  expect(result("x\ny\nx\ny", "x\ny", "z")).toEqual([1, 3]);
});

test("all occurrences are replaced on request, none of them twice", () => {
  expect(replaceText("aaaa", { old: "aa", new: "aaa", replaceAll: true })).toEqual({ text: "aaaaaa", count: 2 });
});

test("a text with Windows line breaks is found by plain ones and keeps its own", () => {
  expect(result("a\r\nb\r\nc\r\n", "a\nb", "x\ny\nz")).toBe("x\r\ny\r\nz\r\nc\r\n");
  expect(result("a\r\nb\r\n", "b", "x\ny")).toBe("a\r\nx\r\ny\r\n");
  expect(result("a\r\nb", "b", "x\ny")).toBe("a\r\nx\r\ny");
  expect(result("a\r\nb\r\n", "a\n", "")).toBe("b\r\n");
  expect(result("a\nb", "a\r\nb", "x\r\ny")).toBe("x\ny");
});

test("in a text of mixed line breaks each place keeps its own", () => {
  expect(result("a\r\nb\nc\r\nd", "b\nc", "x\ny\nz")).toBe("a\r\nx\ny\nz\r\nd");
  expect(result("a\r\nX\nb\nX\nc", "X", "1\n2", true)).toBe("a\r\n1\n2\nb\n1\n2\nc");
  expect(result("k\r\nk\n", "k\n", "1\n2\n", true)).toBe("1\r\n2\r\n1\n2\n");
  expect(result("a\rb\nc", "b", "x")).toBe("a\rx\nc");
});

test("with line breaks made alike it is what plain replacing gives, and lines that are not touched keep theirs", () => {
  const text = fc.string({ unit: fc.constantFrom("a", "b", "\n", "\r\n", "\r"), maxLength: 30 });
  const piece = fc.string({ unit: fc.constantFrom("a", "b", "\n"), minLength: 1, maxLength: 3 });
  fc.assert(
    fc.property(text, piece, piece, (source, old, by) => {
      const replaced = replaceText(source, { old, new: by, replaceAll: true });
      const parts = unixBreaks(source).split(old);
      if (!("text" in replaced)) {
        expect(parts).toHaveLength(1);
        return;
      }
      expect(replaced.count).toBe(parts.length - 1);
      // A lone carriage return may come to stand before a line break that comes in: then, and only then, they become one break.
      if (!/\r(?!\n)/.test(source)) expect(unixBreaks(replaced.text)).toBe(parts.join(by));
      const backwards = replaceText(source, { old, new: old, replaceAll: true });
      if (!/\n/.test(old)) expect(backwards).toEqual({ text: source, count: replaced.count });
    }),
    { numRuns: 2_000 },
  );
});

test("a line of a million characters is looked through once, however often it holds what is searched", { timeout: 5_000 }, () => {
  const line = "x".repeat(1_000_000);
  for (const text of [line, `${line}\nend`, `start\r\n${line}`, `start\r\n${line}\r\nend`]) {
    expect(replaceText(text, { old: "x", new: "yy", replaceAll: true })).toMatchObject({ count: 1_000_000 });
    expect(replaceText(text, { old: "x", new: "yy" })).toMatchObject({ foundOn: { length: 1_000_000 } });
  }
});
