import { expect, test } from "vitest";
import { matchExpression } from "./match-expression.ts";

// Reaches wordsMax.
test("of a search without end thirty-two words count", () => {
  const wordsOf = (count: number) => matchExpression(Array.from({ length: count }, (_, n) => `word${n}`).join(" "))?.split(" ").length;
  expect([wordsOf(31), wordsOf(32), wordsOf(33), wordsOf(5_000)]).toEqual([31, 32, 32, 32]);
});
