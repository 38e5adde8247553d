import fc from "fast-check";
import { expect, test } from "vitest";
import { HeadTail } from "./head-tail.ts";

const encode = (text: string) => new TextEncoder().encode(text);

function filled(pieces: readonly string[], headBytesMax: number, tailBytesMax: number): HeadTail {
  const held = new HeadTail(headBytesMax, tailBytesMax);
  for (const piece of pieces) held.push(encode(piece));
  return held;
}

test("what fits is there whole", () => {
  const held = filled(["abc", "", "defg"], 4, 4);
  expect(held.fits()).toBe(true);
  expect([held.fits(1), held.fits(2)]).toEqual([true, false]);
  expect(held.whole()).toEqual(encode("abcdefg"));
  expect(held.ends()).toEqual({ head: "abcdefg", tail: "", leftOutBytes: 0 });
});

test("of more, the first and the last bytes are there, and the rest is counted", () => {
  expect(filled(["abcdef", "g", "hijklm"], 4, 3).ends()).toEqual({ head: "abcd", tail: "klm", leftOutBytes: 6 });
});

test("what it hands out does not change when more comes", () => {
  const held = filled(["abcdef"], 4, 4);
  const before = held.whole();
  held.push(encode("ghijkl"));
  expect(before).toEqual(encode("abcdef"));
});

test("however it comes in pieces, head and tail are those of the whole", () => {
  const sizes = fc.tuple(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 1, max: 20 }));
  fc.assert(
    fc.property(fc.array(fc.stringMatching(/^[a-z]{0,30}$/)), sizes, (pieces, [headBytesMax, tailBytesMax]) => {
      const whole = pieces.join("");
      const held = filled(pieces, headBytesMax, tailBytesMax);
      const leftOutBytes = Math.max(0, whole.length - headBytesMax - tailBytesMax);
      const ends = { head: whole.slice(0, headBytesMax), tail: whole.slice(-tailBytesMax), leftOutBytes };
      expect(held.ends()).toEqual(leftOutBytes === 0 ? { head: whole, tail: "", leftOutBytes } : ends);
      expect(held.totalBytes).toBe(whole.length);
    }),
  );
});

test("no character is cut in two, and none is lost without being counted", () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: "grapheme", maxLength: 12 })), (pieces) => {
      const whole = pieces.join("");
      const { head, tail, leftOutBytes } = filled(pieces, 9, 7).ends();
      expect(whole.startsWith(head) && whole.endsWith(tail)).toBe(true);
      expect(encode(head).length + encode(tail).length + leftOutBytes).toBe(encode(whole).length);
      if (leftOutBytes > 0) expect([encode(head).length > 5, encode(tail).length > 3]).toEqual([true, true]);
    }),
  );
});
