import type { Approval } from "@dispatch/wire";

/** What a person is told of a question that waits no more, though they did not answer it. */
export interface Outcome {
  readonly question: Approval;
  readonly text: string;
}

const outcomesMax = 20;

/** Newest first, one a question. */
export const withOutcome = (outcomes: readonly Outcome[], outcome: Outcome): readonly Outcome[] =>
  [outcome, ...outcomes.filter(({ question }) => question.id !== outcome.question.id)].slice(0, outcomesMax);
