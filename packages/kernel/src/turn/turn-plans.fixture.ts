import { part, type ScriptedLine } from "@dispatch/testkit";
import fc from "fast-check";
import { fault } from "../contracts/fault.ts";
import { refuse, say, type Tool } from "../contracts/tool.ts";
import type { runTurn } from "./run-turn.ts";
import { type Played, play, readTool, userMessage, writeTool } from "./turn.fixture.ts";

export interface TurnPlan {
  readonly answers: readonly (readonly ScriptedLine[])[];
  readonly maxConcurrent: number;
  readonly eager: boolean;
  readonly stepsMax: number;
  /** The stop is pulled at this item. */
  readonly stopAt: number | null;
  readonly steers: boolean;
  readonly deaf: boolean;
}

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

/** What a model and its tools may do, and when somebody stops them. */
export const turnPlan: fc.Arbitrary<TurnPlan> = fc.record({
  answers: fc.array(scriptedAnswer, { minLength: 1, maxLength: 5 }),
  maxConcurrent: fc.constantFrom(0, 1, 2),
  eager: fc.boolean(),
  stepsMax: fc.constantFrom(0, 1, 2, 200),
  stopAt: fc.option(fc.nat(25)),
  steers: fc.boolean(),
  deaf: fc.boolean(),
});
/** Plays a plan; whenever everybody sleeps, time goes on. */
export async function enact(
  { answers, maxConcurrent, eager, stepsMax, stopAt, steers, deaf }: TurnPlan,
  loop?: typeof runTurn,
): Promise<Played> {
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
    ...(loop === undefined ? {} : { loop }),
    ports: { takeSteering: async () => (steers ? userMessage(`q${count}`, "Mind.") : undefined) },
    onItem: (_, { stop }) => {
      if (count++ === stopAt) stop.abort();
    },
  });
  return playing.finally(() => {
    over = true;
  });
}
