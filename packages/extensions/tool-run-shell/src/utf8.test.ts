import { expect, test } from "vitest";
import { textOf, withoutCutEnd, withoutCutStart } from "./utf8.ts";

const text = "a¢€🙂z\ufeff";
const bytes = new TextEncoder().encode(text);

test("wherever bytes are cut, both sides are without a part of a character", () => {
  for (let at = 0; at <= bytes.length; at++) {
    const before = textOf(withoutCutEnd(bytes.subarray(0, at)));
    const after = textOf(withoutCutStart(bytes.subarray(at)));
    expect(text.startsWith(before) && text.endsWith(after), `${at}: ${before}|${after}`).toBe(true);
    expect(text.length - before.length - after.length).toBeLessThanOrEqual(2);
  }
});

test("what is not cut stays whole", () => {
  for (const character of text) {
    const own = new TextEncoder().encode(character);
    expect([textOf(withoutCutEnd(own)), textOf(withoutCutStart(own))]).toEqual([character, character]);
  }
});

// Reaches characterBytesMax.
test("of bytes that are no text, no more is taken for a torn character than one can have", () => {
  const stray = new Uint8Array(10).fill(0x80);
  expect([withoutCutStart(stray).length, withoutCutEnd(stray).length]).toEqual([6, 10]);
  const torn = new Uint8Array([...stray, 0xf0, 0x9f, 0x99]);
  expect(withoutCutEnd(torn).length).toBe(10);
});
