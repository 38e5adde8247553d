import { expect, test } from "vitest";
import { nearest } from "./nearest.ts";

test("the closest word by edit distance is found", () => {
  expect(nearest("modles", ["list", "models", "modes"])).toBe("models");
  expect(nearest("storage-sqlit", ["storage-sqlite", "session-orchestrator"])).toBe("storage-sqlite");
});

test("two neighbours swapped are one mistake", () => {
  expect(nearest("wbe", ["api", "web"])).toBe("web");
  expect(nearest("lsit", ["lost", "list"])).toBe("list");
});

test("case does not count", () => {
  expect(nearest("APIKEY", ["baseUrl", "apiKey"])).toBe("apiKey");
});

test("of equally close words the first is taken", () => {
  expect(nearest("cat", ["bat", "hat"])).toBe("bat");
});

test("what resembles nothing gets no suggestion", () => {
  expect(nearest("xyzzy", ["list", "models"])).toBeUndefined();
  expect(nearest("a", ["b"])).toBeUndefined();
  expect(nearest("", ["b"])).toBeUndefined();
  expect(nearest("list", [])).toBeUndefined();
});

// Reaches comparedLengthMax.
test("a word far longer than any name is not compared", () => {
  expect(nearest("m".repeat(101), ["m".repeat(100)])).toBeUndefined();
});
