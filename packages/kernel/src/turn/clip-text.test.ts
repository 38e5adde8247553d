import fc from "fast-check";
import { expect, test } from "vitest";
import { clipText } from "./clip-text.ts";

const bytes = (text: string) => new TextEncoder().encode(text).length;

test("what fits is left alone", () => {
  expect(clipText("a".repeat(400), 400)).toBe("a".repeat(400));
  expect(clipText("é".repeat(200), 400)).toBe("é".repeat(200));
});

test("head and tail stay, and a sentence between them counts what is missing", () => {
  const clipped = clipText(`${"h".repeat(1_000)}${"t".repeat(1_000)}`, 400);
  expect(clipped).toMatch(/^h{100}\n\n\[1800 bytes are left out here: .*\]\n\nt{100}$/);
});

// Reaches noticeBytesMax.
test("any text is cut to its limit, between characters, with nothing invented", () => {
  const units = fc.array(fc.oneof(fc.string({ unit: "binary" }), fc.constantFrom("😀", "é", "中", "\ud800")), { maxLength: 200 });
  fc.assert(
    fc.property(units, fc.integer({ min: 210, max: 500 }), (pieces, bytesMax) => {
      const text = pieces.join("");
      const clipped = clipText(text, bytesMax);
      expect(bytes(clipped)).toBeLessThanOrEqual(bytesMax);
      if (clipped === text) return;
      const [, head = "", missing, tail = ""] = /^(.*)\n\n\[(\d+) bytes are left out here: [^\]]*\]\n\n(.*)$/s.exec(clipped) ?? [];
      expect(text.startsWith(head) && text.endsWith(tail)).toBe(true);
      expect(bytes(head) + Number(missing) + bytes(tail)).toBe(bytes(text));
      for (const cut of [head, tail]) expect(cut.isWellFormed() || !text.isWellFormed()).toBe(true);
    }),
  );
});
