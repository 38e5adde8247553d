import { expect, test } from "vitest";
import { parseGitignore, verdictOf } from "./gitignore.ts";

// Reaches rulesMax.
test("of a .gitignore ten thousand lines are read", () => {
  const rules = parseGitignore(Array.from({ length: 10_005 }, (_, n) => `f${n}`).join("\n"));
  expect(rules).toHaveLength(10_000);
  expect([verdictOf(rules, ["f9999"], 0, false), verdictOf(rules, ["f10000"], 0, false)]).toEqual([true, undefined]);
});
