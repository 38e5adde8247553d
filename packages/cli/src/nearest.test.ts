import { expect, test } from "vitest";
import { nearest } from "./nearest.ts";

test("the nearest name is the one with the fewest edits, a swap counting as one", () => {
  const names = ["list", "models", "read", "send", "stop"];
  expect(["lst", "modles", "raed", "sned", "spot"].map((word) => nearest(word, names))).toEqual(["list", "models", "read", "send", "stop"]);
});

test("the first of equals wins, and nothing is near to nothing", () => {
  expect(nearest("x", ["ab", "cd"])).toBe("ab");
  expect(nearest("x", [])).toBeUndefined();
});
