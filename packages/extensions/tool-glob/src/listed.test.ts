import { expect, test } from "vitest";
import { listed } from "./listed.ts";

test("the last changed comes first, then the name decides", () => {
  const found = [
    { shown: "b", modifiedMs: 1 },
    { shown: "c", modifiedMs: 2 },
    { shown: "a", modifiedMs: 1 },
  ];
  expect(listed(found)).toEqual({ text: "c\na\nb", shown: 3 });
});

// Reaches filesMax, textCharsMax.
test("a list is bounded in files and in characters", () => {
  const many = (count: number, name: string) => Array.from({ length: count }, (_, i) => ({ shown: `${name}${i}`, modifiedMs: 0 }));
  expect(listed(many(600, "x")).shown).toBe(500);
  expect(listed(many(100, "x".repeat(1_000))).text.length).toBeLessThanOrEqual(50 * 1024);
});

test("a name with a line break in it stays on one line", () => {
  expect(listed([{ shown: "a\nb", modifiedMs: 0 }]).text).toBe('"a\\nb"');
});
