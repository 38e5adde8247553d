import { expect, test } from "vitest";
import { namesAFolder, whyNotAPath, within } from "./path-text.ts";

// Reaches pathBytesMax, nameBytesMax.
test.each([
  ["", "empty"],
  ["a\0b", "NUL"],
  ["\ud800", "Unicode"],
  ["~", "not expanded"],
  ["~/notes", "not expanded"],
  ["file:///etc/passwd", "URL"],
  ["HTTP://host/x", "URL"],
  ["a/".repeat(2_048), "4095 bytes"],
  ["é".repeat(128), "255 bytes"],
])("%j is not a path, and the reason says so", (path, word) => {
  expect(whyNotAPath(path)).toContain(word);
});

test.each(["a", ".", "..", "/", "a/../b", "é".repeat(127), "~x", "./~", "a~", "C:\\x", "a:b", "x//y", " ", "\n", `${"a/".repeat(2_047)}a`])(
  "%j may be a path",
  (path) => {
    expect(whyNotAPath(path)).toBeUndefined();
  },
);

test("a long path is not repeated whole in the reason", () => {
  expect(whyNotAPath("n".repeat(4_000))?.length).toBeLessThan(200);
});

test("a like-named neighbour is not within, the folder itself is", () => {
  expect(within("/work", "/work")).toBe(true);
  expect(within("/work", "/work/a")).toBe(true);
  expect(within("/work", "/work-2/a")).toBe(false);
  expect(within("/work", "/")).toBe(false);
  expect(within("/", "/work")).toBe(true);
});

test("a slash or dots at the end name a folder", () => {
  expect(["a/", "a/.", "a/..", ".", "..", "/"].filter((path) => !namesAFolder(path))).toEqual([]);
  expect(["a", "a/...", ".a", "a.", "..a", "a/.b"].filter(namesAFolder)).toEqual([]);
});
