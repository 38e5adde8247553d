import { expect, test } from "vitest";
import { parseOptions, sectionNames } from "./options.ts";

const seed = () => 7;

test("everything runs unless told otherwise", () => {
  expect(parseOptions([], seed)).toEqual({ only: sectionNames, quick: false, seed: 7 });
});

test("sections run in their own order, whatever the order they were named in", () => {
  expect(parseOptions(["--only", "two-servers, crash", "--quick", "--seed", "12"], seed)).toEqual({
    only: ["crash", "two-servers"],
    quick: true,
    seed: 12,
  });
});

test("what is not understood is refused with what there is", () => {
  expect(() => parseOptions(["--only", "crush"], seed)).toThrow(/no section "crush"; there are crash, faults/);
  expect(() => parseOptions(["--seed", "x"], seed)).toThrow(/--seed takes a whole number/);
  expect(() => parseOptions(["--fast"], seed)).toThrow();
});
