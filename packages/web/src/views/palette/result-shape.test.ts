import { expect, test } from "vitest";
import { shapeOf } from "./result-shape.ts";

test("an answer of plain values is shown as fields", () => {
  expect(shapeOf({ ok: true, at: 3, who: null })).toEqual({
    type: "fields",
    fields: [
      { name: "ok", value: "true" },
      { name: "at", value: "3" },
      { name: "who", value: "nothing" },
    ],
  });
  expect(shapeOf({ token: { id: "a" }, secret: "s" })).toMatchObject({ fields: [{ name: "token.id" }, { name: "secret" }] });
});

test("an answer that is one list is a table of what its rows say in a word", () => {
  expect(
    shapeOf({
      tokens: [
        { id: "a", on: true, deep: {} },
        { id: "b", extra: 1 },
      ],
      more: false,
    }),
  ).toEqual({
    type: "table",
    name: "tokens",
    columns: ["id", "on", "extra"],
    rows: [
      ["a", true, ""],
      ["b", "", 1],
    ],
  });
  expect(shapeOf({ models: ["x", "y"] })).toMatchObject({ columns: ["models"], rows: [["x"], ["y"]] });
  expect(shapeOf({ tokens: [] })).toEqual({ type: "empty", name: "tokens" });
});

test("anything else is shown as it is", () => {
  for (const answer of [null, 1, [], {}, { a: [], b: [] }, { a: { b: {} } }, { a: [1, {}] }, { a: [{ b: {} }] }])
    expect(shapeOf(answer)).toEqual({ type: "json" });
});

// Reaches columnsMax.
test("a table has eight columns at most", () => {
  const row = Object.fromEntries(Array.from({ length: 12 }, (_, n) => [`c${n}`, n]));
  expect(shapeOf({ rows: [row, row] })).toMatchObject({ type: "table", columns: { length: 8 } });
});
