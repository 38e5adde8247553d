import type { Approval } from "@dispatch/wire";
import { expect, test } from "vitest";
import { type Outcome, withOutcome } from "./outcomes.ts";

const outcome = (id: string, text = "It was answered elsewhere."): Outcome => ({ question: { id } as Approval, text });
const ids = (outcomes: readonly Outcome[]) => outcomes.map(({ question }) => question.id);

test("the newest stands first, and a question is told of once", () => {
  const outcomes = [outcome("a"), outcome("b"), outcome("a", "It has expired.")].reduce<readonly Outcome[]>(withOutcome, []);
  expect(ids(outcomes)).toEqual(["a", "b"]);
  expect(outcomes[0]?.text).toBe("It has expired.");
});

// Reaches outcomesMax.
test("twenty are told of; the oldest goes", () => {
  const many = Array.from({ length: 21 }, (_, n) => outcome(`q${n}`)).reduce<readonly Outcome[]>(withOutcome, []);
  expect([many.length, ids(many)[0], ids(many).at(-1)]).toEqual([20, "q20", "q1"]);
});
