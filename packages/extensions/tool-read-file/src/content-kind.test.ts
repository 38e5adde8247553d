import { expect, test } from "vitest";
import { notText } from "./content-kind.ts";

const latin1 = (text: string) => Uint8Array.from(text, (char) => char.charCodeAt(0));
const utf8 = (text: string) => new TextEncoder().encode(text);

test.each([
  ["\x89PNG\r\n\x1a\n....", "a PNG image"],
  ["\xff\xd8\xff\xe0", "a JPEG image"],
  ["GIF89a", "a GIF image"],
  ["RIFF\x10\x00\x00\x00WEBPVP8 ", "a WebP image"],
  ["BM\x46\x00\x00\x00\x00\x00\x00\x00", "a BMP image"],
  ["abc\x00def", "a binary file"],
  ["\x7fELF\x02\x01\x01\x00", "a binary file"],
  ["\xff\xfea\x00", "UTF-16 text"],
  ["\xcf\xf0\xe8\xe2\xe5\xf2, \xec\xe8\xf0", "not UTF-8 text"],
])("%j is %s", (head, kind) => {
  expect(notText(latin1(head))?.name).toBe(kind);
});

test.each(["", "hello", "BMW builds cars", "GIF", "RIFF raff", "<svg/>", "日本語", "\ufeffwith a mark", "\u001b[31mred\u001b[0m"])(
  "%j is text",
  (text) => {
    expect(notText(utf8(text))).toBeUndefined();
  },
);

test("a few bytes of another alphabet do not make a text binary", () => {
  expect(notText(latin1("Fran\xe7ois went to the market and bought a loaf of bread"))).toBeUndefined();
});

// Reaches sampleBytesMax.
test("a character that the sample cuts does not count", () => {
  expect(notText(utf8("日".repeat(5_000)).subarray(0, 8 * 1024 + 1))).toBeUndefined();
});

// Reaches invalidShareMax.
test("one character in ten may be none; with more it is no text", () => {
  expect(notText(latin1(`${"a".repeat(90)}${"\xff".repeat(10)}`))).toBeUndefined();
  expect(notText(latin1(`${"a".repeat(89)}${"\xff".repeat(11)}`))?.name).toBe("not UTF-8 text");
});
