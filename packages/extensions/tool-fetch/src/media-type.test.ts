import { expect, test } from "vitest";
import { decodeText } from "./decode-text.ts";
import { formOf, formOfBytes, parseMediaType } from "./media-type.ts";

const utf8 = (text: string) => new TextEncoder().encode(text);
const bytes = (...values: readonly number[]) => new Uint8Array(values);

test.each([
  ["text/html; charset=utf-8", "html"],
  ["application/xhtml+xml", "html"],
  ["TEXT/HTML", "html"],
  ["text/plain", "text"],
  ["text/markdown", "text"],
  ["application/json", "text"],
  ["application/ld+json; x=y", "text"],
  ["application/rss+xml", "text"],
  ["image/svg+xml", "text"],
  ["application/pdf", "other"],
  ["image/png", "other"],
  ["video/mp4", "other"],
  ["application/zip", "other"],
  ["nonsense", "other"],
  ["", "unsaid"],
  ["application/octet-stream", "unsaid"],
])("%j is %s", (header, form) => {
  expect(formOf(parseMediaType(header))).toBe(form);
});

test("what nobody says is judged by its beginning", () => {
  expect(formOfBytes(utf8("  <!-- x --><!DOCTYPE html><p>"))).toBe("html");
  expect(formOfBytes(utf8("plain text, <b>"))).toBe("text");
  expect(formOfBytes(utf8("about <html>"))).toBe("text");
  expect(formOfBytes(utf8("<!---->".repeat(1_000)))).toBe("text");
  expect(formOfBytes(bytes(0x89, 0x50, 0x4e, 0x47, 0, 0, 0))).toBe("other");
  expect(formOfBytes(new Uint8Array(100).fill(0xc0))).toBe("other");
  expect(formOfBytes(bytes())).toBe("text");
});

test("a charset is that of the mark, of the header, of the text, else UTF-8; one that nobody knows is UTF-8", () => {
  const of = (content: Uint8Array, header = "text/html") => decodeText(content, parseMediaType(header));
  const russian = bytes(0xcf, 0xf0, 0xe8, 0xe2, 0xe5, 0xf2);
  const declaring = (head: string) => new Uint8Array([...utf8(head), ...russian]);
  expect(of(russian, "text/html; charset=windows-1251")).toBe("Привет");
  expect(of(russian, 'text/html; x=y; Charset="WINDOWS-1251"')).toBe("Привет");
  expect(of(declaring('<meta charset="windows-1251">'))).toMatch(/Привет$/);
  expect(of(declaring('<META http-equiv=Content-Type content="text/html; charset=windows-1251">'))).toMatch(/Привет$/);
  expect(of(declaring('<?xml version="1.0" encoding="windows-1251"?>'), "text/xml")).toMatch(/Привет$/);
  expect(of(bytes(0x93, 0xfa, 0x96, 0x7b), "text/html; charset=Shift_JIS")).toBe("日本");
  expect(of(utf8("\ufeffПривет"), "text/html; charset=windows-1251")).toBe("Привет");
  expect(of(bytes(0xff, 0xfe, 0x1f, 0x04))).toBe("П");
  expect(of(utf8("Привет"), "text/html; charset=nonsense")).toBe("Привет");
  expect(of(utf8('<meta charset="utf-16">Привет'))).toMatch(/Привет$/);
  expect(of(bytes(0x61, 0xff))).toBe("a\ufffd");
});

// Reaches sampleBytesMax.
test("what nobody says is judged by the first 1,024 bytes", () => {
  const withZeroAt = (at: number) => {
    const content = new Uint8Array(3_000).fill(97);
    content[at] = 0;
    return content;
  };
  expect([formOfBytes(withZeroAt(1_023)), formOfBytes(withZeroAt(1_024))]).toEqual(["other", "text"]);
});

// Reaches declarationBytesMax.
test("what a text says of its charset is looked for in its first 4,096 bytes", () => {
  const meta = '<meta charset="windows-1251">';
  const after = (length: number) =>
    decodeText(new Uint8Array([...utf8(" ".repeat(length - meta.length) + meta), 0xcf]), parseMediaType("text/html"));
  expect(after(4_096).at(-1)).toBe("П");
  expect(after(4_200).at(-1)).toBe("\ufffd");
});
