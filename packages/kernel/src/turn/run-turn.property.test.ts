import fc from "fast-check";
import { expect, test } from "vitest";
import type { StepSettled, TurnItem } from "../contracts/turn.ts";
import { settledSteps } from "./turn.fixture.ts";
import { enact, type TurnPlan, turnPlan } from "./turn-plans.fixture.ts";

test("whatever the model and the tools do, the turn ends, in order, with a result for every call", { timeout: 60_000 }, () =>
  fc.assert(
    fc.asyncProperty(turnPlan, async (given) => {
      const { items, outcome, started, clock } = await enact(given);
      expectOrder(items);
      expect(items.at(-1)).toMatchObject({ type: "done", reason: outcome.reason, usage: outcome.usage });
      expect(outcome.steps.map(({ stepId }) => stepId)).toEqual(outcome.steps.map((_, index) => `t1#${index}`));
      for (const step of settledSteps(items)) expectWhole(step, items);
      expectIds(items);
      expectNoRashWrites(
        given,
        started.map(({ tool, stepId }) => ({ effect: tool.effect, stepId })),
        items,
      );
      await clock.advance(10_000);
      expect(clock.sleeping, "timers left behind").toBe(0);
    }),
    { numRuns: 400 },
  ),
);

/** The grammar of protocol 1.4, a letter an item. */
function expectOrder(items: readonly TurnItem[]): void {
  const letters: { readonly [type in TurnItem["type"]]?: string } = {
    "turn-start": "<",
    "provider-retry": "r",
    "text-delta": "d",
    "reasoning-delta": "d",
    usage: "d",
    "tool-call": "c",
    "tool-output": "o",
    error: "e",
    "step-complete": "s",
    "tool-result": "t",
    "step-settled": "S",
    steering: "q",
    done: ">",
  };
  const line = items.map(({ type }) => letters[type] ?? "?").join("");
  expect(line).toMatch(/^<(r*[dco]*e?so*t*S(q(?=[rdcoes]|>))?)*>$/);
}

/** What is stored says what was shown: each call with its result behind it, in order, under ids that are their own. */
function expectWhole({ stepId, messages, metrics }: StepSettled, items: readonly TurnItem[]): void {
  const shown = items.filter((item) => "stepId" in item && item.stepId === stepId);
  const calls = shown.flatMap((item) => (item.type === "tool-call" ? [item.toolCallId] : []));
  const results = shown.flatMap((item) => (item.type === "tool-result" ? [item.toolCallId] : []));
  const [first, ...rest] = messages;
  const chunks = (first?.role === "assistant" ? first.parts : []).map(({ chunk }) => chunk);
  expect(results).toEqual(calls);
  expect(chunks.flatMap((chunk) => (chunk.type === "tool-call" ? [chunk.toolCallId] : []))).toEqual(calls);
  expect(rest.map(({ role, parts }) => [role, parts[0]?.chunk.type === "tool-result" && parts[0].chunk.toolCallId])).toEqual(
    calls.map((id) => ["tool", id]),
  );
  expect(chunks.filter(({ type }) => type === "error").length).toBe(shownError(items, stepId) ? 1 : 0);
  expect(metrics.stepId).toBe(stepId);
}

/** The item before the step's `step-complete`. */
const shownError = (items: readonly TurnItem[], stepId: string): boolean =>
  items[items.findIndex((item) => item.type === "step-complete" && item.stepId === stepId) - 1]?.type === "error";

function expectIds(items: readonly TurnItem[]): void {
  const calls = items.flatMap((item) => (item.type === "tool-call" ? [item.toolCallId] : []));
  const messages = settledSteps(items).flatMap((step) => step.messages.map(({ id }) => id));
  expect(new Set(calls).size).toBe(calls.length);
  expect(new Set(messages).size).toBe(messages.length);
}

/** A write belongs to a step whose stream ended with `stop` or `tool-calls`. Steps and answers run side by side, but for retries. */
function expectNoRashWrites(
  { answers }: TurnPlan,
  started: readonly { readonly effect: string; readonly stepId: string }[],
  items: readonly TurnItem[],
): void {
  const retriesBefore = (stepId: string) => {
    const end = items.findIndex((item) => item.type === "step-complete" && item.stepId === stepId);
    return items.slice(0, end).filter(({ type }) => type === "provider-retry").length;
  };
  for (const { effect, stepId } of started) {
    if (effect === "read") continue;
    const last = answers[Number(stepId.split("#")[1]) + retriesBefore(stepId)]?.at(-1);
    expect(last).toMatchObject({ type: "finish", unified: expect.stringMatching(/^(stop|tool-calls)$/) });
  }
}
