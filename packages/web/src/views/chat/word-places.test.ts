import { expect, test } from "vitest";
import { wordPlaces } from "./word-places.ts";

const places = (words: readonly string[], ...texts: readonly (string | null)[]) =>
  wordPlaces(
    texts.map((nodeValue) => ({ nodeValue })),
    words,
  ).map(({ node, from, to }) => node.nodeValue?.slice(from, to));

test("words are found in any case, text by text, and not where lower case moves letters", () => {
  expect(places(["one", "two"], "Two ones", null, "", "ONE")).toEqual(["one", "Two", "ONE"]);
  expect(places(["one"], "\u0130 one", "one")).toEqual(["one"]);
  expect(places(["", "aa"], "aaaaa")).toEqual(["aa", "aa"]);
});

// Reaches placesMax.
test("two hundred places are marked, in one text or in many", () => {
  expect(places(["x"], "x".repeat(300))).toHaveLength(200);
  expect(places(["x", "y"], ...Array(80).fill("xy y"))).toHaveLength(200);
});
