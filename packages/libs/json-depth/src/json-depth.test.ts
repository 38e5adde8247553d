import fc from "fast-check";
import { expect, test } from "vitest";
import { isDeeper } from "./json-depth.ts";

const bytes = (text: string) => new TextEncoder().encode(text);

test("brackets are counted, those in strings are not", () => {
  expect(isDeeper(bytes("[[]]"), 2)).toBe(false);
  expect(isDeeper(bytes("[[[]]]"), 2)).toBe(true);
  expect(isDeeper(bytes('{"a":[{"b":"[[[{{{"}]}'), 3)).toBe(false);
  expect(isDeeper(bytes('["\\"[[[", "\\\\", [1]]'), 2)).toBe(false);
  expect(isDeeper(bytes('["\\\\", [[1]]]'), 2)).toBe(true);
  expect(isDeeper(bytes("[],[],[]"), 1)).toBe(false);
});

test("a cut text ends the count, it does not hang it", () => {
  for (const text of ["", '"', '["abc', '["abc\\', '["abc\\"', "{", "]]]]"]) expect(isDeeper(bytes(text), 1), text).toBe(false);
});

test("of any JSON value it tells the true depth", () => {
  const depthOf = (value: unknown): number =>
    typeof value === "object" && value !== null ? 1 + Math.max(0, ...Object.values(value).map(depthOf)) : 0;
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 6 }), fc.nat(8), (value, depthMax) => {
      expect(isDeeper(bytes(JSON.stringify(value)), depthMax)).toBe(depthOf(value) > depthMax);
    }),
  );
});
