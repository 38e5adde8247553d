import { expect, test } from "vitest";
import { isOpened, keepOpened } from "./opened.ts";

// Reaches keptMax of opened.ts.
test("of 500 rows it is remembered whether they are open; what came first is forgotten", () => {
  for (let n = 0; n < 500; n++) keepOpened(`row ${n}`, true);
  expect(isOpened("row 0", false)).toBe(true);
  keepOpened("one more", true);
  expect([isOpened("row 0", false), isOpened("row 1", false), isOpened("one more", false)]).toEqual([false, true, true]);
});
