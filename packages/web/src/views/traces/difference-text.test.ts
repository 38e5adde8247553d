import { expect, test } from "vitest";
import { differenceText } from "./difference-text.ts";
import type { Difference } from "./turns.ts";

const difference = (more: Partial<Difference>): Difference => ({
  first: { turnId: "t", step: 0 },
  second: { turnId: "t", step: 1 },
  same: false,
  sharedBytes: 1_000,
  firstBytes: 1_000,
  secondBytes: 4_000,
  ...more,
});

test("what a cache can give again is told with where two prompts part", () => {
  expect(differenceText(difference({ same: true }))).toMatch(/same/);
  expect(differenceText(difference({ at: { part: "message", message: 3, character: 1, first: null, second: "‸x" } }))).toMatch(
    /all of it \(1\.0 kB\)/,
  );
  expect(differenceText(difference({ at: { part: "system", character: 1_010, first: "a", second: "b" } }))).toBe(
    "They part at the system prompt, character 1,010, after 1.0 kB: a cache can give 25% of this prompt again.",
  );
  expect(
    differenceText(difference({ at: { part: "message", message: 2, role: "user", chunk: 3, character: 0, first: "a", second: "b" } })),
  ).toContain("message 2 (user), chunk 3,");
  expect(differenceText(difference({ firstBytes: 9_000, at: { part: "tools", character: 2, first: "x", second: null } }))).toMatch(
    /beginning/,
  );
});
