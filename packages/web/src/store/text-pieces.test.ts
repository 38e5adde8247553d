import fc from "fast-check";
import { expect, test } from "vitest";
import { extendText, noText, pieceCharsMax, piecesOf, shownPieces } from "./text-pieces.ts";

const line = fc.oneof(fc.constantFrom("```ts", "```", "~~~", "", "plain", "x".repeat(700)), fc.string({ unit: "binary", maxLength: 40 }));
const text = fc.array(line, { maxLength: 120 }).map((lines) => lines.join("\n").repeat(3));

test("a text has the same pieces however it comes", () => {
  fc.assert(
    fc.property(text, fc.array(fc.integer({ min: 1, max: 9_000 }), { minLength: 1 }), (whole, sizes) => {
      let pieces = noText;
      let at = 0;
      for (let n = 0; at < whole.length; n += 1) {
        const size = sizes[n % sizes.length] ?? 1;
        pieces = extendText(pieces, whole.slice(at, at + size));
        at += size;
      }
      expect(pieces).toEqual(piecesOf(whole));
    }),
    { numRuns: 60 },
  );
});

// Reaches pieceCharsMax of text-pieces.ts.
test("no piece is much longer than its bound, and without fences nothing is lost", () => {
  const whole = `${"word ".repeat(40_000)}\n\n${"🙂".repeat(20_000)}`;
  const pieces = shownPieces(piecesOf(whole));
  expect(Math.max(...pieces.map(({ length }) => length))).toBeLessThanOrEqual(pieceCharsMax);
  expect(pieces.join("")).toBe(whole);
  expect(pieces.every((piece) => piece.isWellFormed())).toBe(true);
});

test("code that goes on over a cut is code on both sides of it", () => {
  const pieces = shownPieces(piecesOf(`\`\`\`ts\n${"const x = 1;\n".repeat(3_000)}\`\`\`\nafter`));
  expect(pieces.length).toBeGreaterThan(2);
  for (const piece of pieces) expect(piece.startsWith("```ts\n")).toBe(true);
  expect(pieces[0]?.endsWith("\n```")).toBe(true);
  expect(pieces.at(-1)?.endsWith("```\nafter")).toBe(true);
});

// Reaches openerCharsMax.
test("a code fence opens with a line of 200 characters at most", () => {
  const pieces = (length: number) => shownPieces(piecesOf(`\`\`\`${"x".repeat(length - 3)}\n${"const x = 1;\n".repeat(1_500)}`));
  expect(pieces(200)[1]?.startsWith("```xxx")).toBe(true);
  expect(pieces(201)[1]?.startsWith("const")).toBe(true);
});
