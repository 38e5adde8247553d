import fc from "fast-check";
import { expect, test } from "vitest";
import { LinePager, lineBytesMax, pageBytesMax } from "./line-pager.ts";

const bytes = (text: string) => new TextEncoder().encode(text);

function page(text: string | Uint8Array, offset = 1, limit = 2_000, pieceBytes = Number.POSITIVE_INFINITY) {
  const pager = new LinePager(offset, limit);
  const whole = typeof text === "string" ? bytes(text) : text;
  for (let at = 0; at < whole.length; at += pieceBytes) pager.push(whole.subarray(at, at + pieceBytes));
  pager.end();
  return { lines: pager.lines, total: pager.linesTotal, full: pager.full };
}
const texts = (text: string, offset?: number, limit?: number) =>
  page(text, offset, limit).lines.map((line) => `${line.number}:${line.text}`);

test("lines are what stands between newlines, whether or not the last one has one", () => {
  expect(texts("a\nb\n")).toEqual(["1:a", "2:b"]);
  expect(texts("a\nb")).toEqual(["1:a", "2:b"]);
  expect(texts("\n\n")).toEqual(["1:", "2:"]);
  expect(texts("")).toEqual([]);
  expect([page("a\n").total, page("a").total, page("\n").total, page("").total]).toEqual([1, 1, 1, 0]);
});

test("a carriage return before the newline is not shown, any other is", () => {
  expect(texts("a\r\nb\rc\r\nd\r")).toEqual(["1:a", "2:b\rc", "3:d"]);
});

test("offset and limit pick the page, and the count goes on behind it", () => {
  expect(page("a\nb\nc\nd\ne", 2, 2)).toEqual({
    lines: [
      { number: 2, text: "b", leftOutBytes: 0 },
      { number: 3, text: "c", leftOutBytes: 0 },
    ],
    total: 5,
    full: true,
  });
  expect(page("a\nb", 3, 2)).toEqual({ lines: [], total: 2, full: false });
});

test("a long line is cut at the end of a character, and says how much is left out", () => {
  const line = page(`${"é".repeat(lineBytesMax)}\nb`).lines[0];
  expect([line?.text, line?.leftOutBytes]).toEqual(["é".repeat(lineBytesMax / 2), lineBytesMax]);
  const shifted = page(`x${"é".repeat(lineBytesMax)}`).lines[0];
  expect([shifted?.text, shifted?.leftOutBytes]).toEqual([`x${"é".repeat(lineBytesMax / 2 - 1)}`, lineBytesMax + 2]);
  const exact = page("x".repeat(lineBytesMax)).lines[0];
  expect([exact?.text.length, exact?.leftOutBytes]).toEqual([lineBytesMax, 0]);
});

test("a page is full at its bytes, before the line that would be too much", () => {
  const { lines, total, full } = page(`${"x".repeat(999)}\n`.repeat(100));
  expect([lines.length, total, full]).toEqual([Math.floor(pageBytesMax / 999), 100, true]);
});

test("bytes that are no text become the replacement character, and do not move the lines", () => {
  expect(page(new Uint8Array([97, 0xff, 10, 98])).lines.map((line) => line.text)).toEqual(["a\ufffd", "b"]);
});

test("however a text is cut into pieces, the page is the same, and is what splitting would give", () => {
  const text = fc.string({ unit: fc.constantFrom("a", "é", "😀", "\n", "\r\n", "x".repeat(1_500)), maxLength: 40 });
  fc.assert(
    fc.property(
      text,
      fc.integer({ min: 1, max: 9 }),
      fc.integer({ min: 1, max: 9 }),
      fc.integer({ min: 1, max: 700 }),
      (source, offset, limit, piece) => {
        const whole = page(source, offset, limit);
        expect(page(source, offset, limit, piece)).toEqual(whole);
        const split = source.endsWith("\n") ? source.slice(0, -1).split("\n") : source === "" ? [] : source.split("\n");
        expect(whole.total).toBe(split.length);
        const expected = split.slice(offset - 1, offset - 1 + limit).map((line) => line.replace(/\r$/, ""));
        expect(whole.lines.length).toBe(expected.length);
        for (const [at, line] of whole.lines.entries()) {
          expect(expected[at]?.startsWith(line.text)).toBe(true);
          if (line.leftOutBytes === 0) expect(line.text).toBe(expected[at] ?? "");
        }
      },
    ),
  );
});
