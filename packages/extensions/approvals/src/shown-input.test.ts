import type { Json } from "@dispatch/kernel";
import fc from "fast-check";
import { expect, test } from "vitest";
import { shownCharsMax, shownInput } from "./shown-input.ts";

const long = "x".repeat(shownCharsMax + 5);

test("what fits is shown as it is", () => {
  const input = { path: "a.ts", edits: [{ old: "1", new: null }], n: 1.5, deep: { yes: true } };
  expect(shownInput(input)).toEqual(input);
});

// Reaches shortCharsMax.
test("short texts have their own room, and what is longer takes of the other", () => {
  const room = "y".repeat(shownCharsMax);
  const short = Array.from({ length: 16 }, () => "s".repeat(500));
  expect(shownInput([room, ...short])).toEqual([room, ...short]);
  expect(shownInput([room, "s".repeat(501)])).toEqual([room, "… [501 more characters are not shown]"]);
});

test("a long text is cut and says by how much, and hides no short one, wherever it stands", () => {
  const cut = `${"x".repeat(shownCharsMax)}… [5 more characters are not shown]`;
  expect(shownInput({ content: long, path: "/etc/passwd" })).toEqual({ content: cut, path: "/etc/passwd" });
  expect(shownInput([long, long])).toEqual([cut, `… [${long.length} more characters are not shown]`]);
});

// Reaches valuesMax, depthMax.
test("many values, and deep ones, are cut and say so", () => {
  expect(shownInput(Array(5_000).fill(1))).toEqual([...Array(999).fill(1), "[4001 more are not shown]"]);
  const many = Object.fromEntries(Array.from({ length: 3_000 }, (_, n) => [`f${n}`, n]));
  expect(Object.entries(shownInput(many) as object).at(-1)).toEqual(["…", "[2001 more fields are not shown]"]);
  const nested = (levels: number): Json => (levels === 0 ? [] : [nested(levels - 1)]);
  expect(shownInput(nested(11))).toEqual(nested(11));
  expect(JSON.stringify(shownInput(nested(12)))).toBe(`${"[".repeat(12)}"[what is nested deeper is not shown]"${"]".repeat(12)}`);
});

test("whatever comes, what is shown is small, and is the whole where it does not say otherwise", () => {
  const texts = fc.oneof(fc.string(), fc.constantFrom(long, "y".repeat(600), "z".repeat(400)));
  const { json } = fc.letrec<{ json: Json }>((tie) => ({
    json: fc.oneof(
      { maxDepth: 5 },
      texts,
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      fc.array(tie("json")),
      fc.dictionary(texts, tie("json")),
    ),
  }));
  fc.assert(
    fc.property(json, (input) => {
      const shown = JSON.stringify(shownInput(input));
      expect(shown.length).toBeLessThan(400_000);
      if (!shown.includes("not shown]")) expect(JSON.parse(shown)).toEqual(JSON.parse(JSON.stringify(input)));
    }),
  );
});
