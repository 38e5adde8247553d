import fc from "fast-check";
import { expect, test } from "vitest";
import { neutralise } from "./neutralise.ts";

test("no escape sequence survives: they become pictures of themselves", () => {
  expect(neutralise("\u001b[2J\u001b]0;title\u0007\u009b31m\u007f\u0000")).toBe("␛[2J␛]0;title␇\ufffd31m␡␀");
});

test("newlines, tabs and text of any script stay; the end of a Windows line becomes a newline", () => {
  expect(neutralise("a\tb\r\nc\r\n漢字 é 💥\n")).toBe("a\tb\nc\n漢字 é 💥\n");
});

test("a lone carriage return cannot hide what was written before it", () => {
  expect(neutralise("rm -rf /\rls")).toBe("rm -rf /␍ls");
});

test("characters that turn the direction of text round are dropped", () => {
  expect(neutralise("a\u202eb\u2066c")).toBe("abc");
});

test("whatever comes in, no control character but newline and tab comes out", () => {
  const text = fc.array(fc.integer({ min: 0, max: 0x2100 })).map((codes) => String.fromCharCode(...codes));
  const isControl = (code: number) => (code < 0x20 && code !== 0x0a && code !== 0x09) || (code >= 0x7f && code < 0xa0);
  fc.assert(fc.property(text, (given) => ![...neutralise(given)].some((character) => isControl(character.charCodeAt(0)))));
});
