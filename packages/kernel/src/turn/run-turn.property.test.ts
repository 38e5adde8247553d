import { part, type ScriptedLine } from "@dispatch/testkit";
import fc from "fast-check";
import { expect, test } from "vitest";
import { fault } from "../contracts/fault.ts";
import { refuse, say, type Tool } from "../contracts/tool.ts";
import type { StepSettled, TurnItem } from "../contracts/turn.ts";
import { play, readTool, settledSteps, userMessage, writeTool } from "./turn.fixture.ts";

const settle = () => new Promise((resolve) => setImmediate(resolve));

/** A tool whose input says what it does. */
const behaviours: { readonly [path: string]: Parameters<typeof readTool>[1] } = {
  say: ({ path }) => say(`${path} `.repeat(3)),
  refuse: () => refuse("no"),
  fail: () => {
    throw fault("missing", "fixture/missing", "not there");
  },
  crash: () => {
    throw new TypeError("oops");
  },
  stream: async (_, { progress }) => {
    progress({ stream: "stdout", data: "out" });
    await settle();
    progress({ stream: "stderr", data: "err" });
    return say("streamed");
  },
  hang: (_, { signal }) => new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason), { once: true })),
  deaf: () => new Promise(() => {}),
};
const behave: Parameters<typeof readTool>[1] = (input, call) => (behaviours[input.path ?? ""] ?? (() => say("?")))(input, call);
const tools: readonly Tool[] = [readTool("look", behave, 1_000), writeTool("change", behave, 1_000)];

const inputText = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(...Object.keys(behaviours)).map((path) => JSON.stringify({ path })) },
  fc.constantFrom("", "{}", '{"path":1}', '{"path":"say"', "null", "[]", "nonsense"),
);
const callPart = fc
  .tuple(fc.constantFrom("a", "b", "c", ""), fc.constantFrom("look", "change", "look", "change", "lok"), inputText)
  .map(([id, name, text]) => part.call(id, name, text));
const bodyPart = fc.oneof(
  { weight: 3, arbitrary: callPart },
  fc.constantFrom(
    part.text("a"),
    part.text(""),
    part.reasoning("b"),
    part.reasoning("", { s: 1 }),
    part.usage(3, 2, { cacheReadTokens: 1 }),
  ),
  fc.constant<ScriptedLine>({ type: "tool-input-delta", toolCallId: "a", text: "{" }),
  fc.constant<ScriptedLine>(settle),
);
const endPart = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(part.finish("tool-calls"), part.finish("stop")) },
  fc.constantFrom(part.finish("length"), part.finish("content-filter"), part.finish("other"), part.finish("error")),
  fc.constantFrom(part.error("unavailable", "down"), part.error("limited", "busy", "a/b", 50), part.error("denied", "no")),
  fc.constant<ScriptedLine>(new Error("thrown")),
);
/** Without an end, the stream is cut. */
const scriptedAnswer = fc
  .tuple(fc.array(bodyPart, { maxLength: 6 }), fc.option(endPart, { freq: 8 }))
  .map(([body, end]) => (end === null ? body : [...body, end]));

const plan = fc.record({
  answers: fc.array(scriptedAnswer, { minLength: 1, maxLength: 5 }),
  maxConcurrent: fc.constantFrom(0, 1, 2),
  eager: fc.boolean(),
  stepsMax: fc.constantFrom(0, 1, 2, 200),
  /** The stop is pulled at this item. */
  stopAt: fc.option(fc.nat(25)),
  steers: fc.boolean(),
  deaf: fc.boolean(),
});
type Plan = typeof plan extends fc.Arbitrary<infer P> ? P : never;

/** Plays a plan; whenever everybody sleeps, time goes on. */
async function enact({ answers, maxConcurrent, eager, stepsMax, stopAt, steers, deaf }: Plan) {
  let count = 0;
  let over = false;
  const playing = play({
    answers: ({ clock }) => {
      const keepTime = async () => {
        while (!over) {
          await settle();
          await settle();
          await clock.advance(clock.sleeping > 0 ? 250 : 0);
        }
      };
      void keepTime();
      return [...answers, ...Array.from({ length: 30 }, () => [part.text("Done."), part.finish("stop")])];
    },
    tools,
    policy: { maxConcurrent, eager },
    limits: { stepsMax, wallMs: 60_000 },
    deaf,
    ports: { takeSteering: async () => (steers ? userMessage(`q${count}`, "Mind.") : undefined) },
    onItem: (_, { stop }) => {
      if (count++ === stopAt) stop.abort();
    },
  });
  return playing.finally(() => {
    over = true;
  });
}

test("whatever the model and the tools do, the turn ends, in order, with a result for every call", { timeout: 60_000 }, () =>
  fc.assert(
    fc.asyncProperty(plan, async (given) => {
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
  { answers }: Plan,
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
