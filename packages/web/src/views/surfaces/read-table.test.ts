import { expect, test } from "vitest";
import { readTable } from "./read-table.ts";

test("cells are texts, numbers and truths", () => {
  const table = { columns: ["a", "b", "c"], rows: [["x", 1, true], [""]] };
  expect(readTable(table)).toEqual({ ...table, numeric: new Set([1]), more: 0 });
  expect(readTable({ columns: [], rows: [] })).toEqual({ columns: [], rows: [], numeric: new Set(), more: 0 });
});

test.each([
  null,
  undefined,
  7,
  {},
  { columns: ["a"] },
  { columns: [1], rows: [] },
  { columns: ["a"], rows: [["x"], [null]] },
  { columns: ["a"], rows: ["x"] },
])("%j is no table", (payload) => {
  expect(readTable(payload)).toBeUndefined();
});

// Reaches rowsMax.
test("of a table without end the beginning is shown, and how much more there is", () => {
  expect(readTable({ columns: ["n"], rows: Array.from({ length: 501 }, (_, n) => [n]) })).toMatchObject({ more: 1, rows: { length: 500 } });
});
