import { expect, test } from "vitest";
import { findPosition } from "./places.ts";

const text = "const total = add(subtotal, 1);\r\nadd(total);\n// ünï 🙂 add\n";

test("a name is found as a word of its own, from the beginning or on its line", () => {
  expect(findPosition(text, { symbol: "total" })).toEqual({ line: 0, character: 6 });
  expect(findPosition(text, { symbol: "add", line: 2 })).toEqual({ line: 1, character: 0 });
  expect(findPosition(text, { symbol: "total", line: 2 })).toEqual({ line: 1, character: 4 });
  expect(findPosition("subtotal = total", { symbol: "total" })).toEqual({ line: 0, character: 11 });
  expect(findPosition("subtotal", { symbol: "total" })).toEqual({ line: 0, character: 3 });
});

test("columns count UTF-16 units, and one beyond its line is the line's end", () => {
  expect(findPosition(text, { symbol: "add", line: 3 })).toEqual({ line: 2, character: 10 });
  expect(findPosition(text, { line: 2, column: 500 })).toEqual({ line: 1, character: 11 });
});

test("what is not there is told with what to do", () => {
  expect(findPosition(text, { symbol: "gone" })).toEqual({ why: "gone does not stand in the file." });
  expect(findPosition(text, { symbol: "const", line: 2 })).toEqual({
    why: "const does not stand on line 2. Read the file again, or leave line out.",
  });
  expect(findPosition(text, { symbol: "x", line: 9 })).toEqual({ why: "The file has 4 lines, not 9. Read it again." });
  expect(findPosition(text, { line: 1 })).toEqual({ why: expect.stringContaining("Give `symbol`") });
});
