import { countedIds, FakeClock, MemoryWorkspace, type ScriptedAnswer, ScriptedModel } from "@dispatch/testkit";
import type { Message } from "../contracts/message.ts";
import type { Schema } from "../contracts/schema.ts";
import { say, type Tool, type ToolCall, type ToolResult } from "../contracts/tool.ts";
import type { PendingCall, StepSettled, Turn, TurnItem, TurnOutcome, TurnPorts } from "../contracts/turn.ts";
import { defaultRetryPolicy } from "./retry.ts";
import { runTurn } from "./run-turn.ts";

/** An object whose named fields are strings. */
export function textFields(...names: readonly string[]): Schema<{ readonly [name: string]: string }> {
  const wrong = (value: unknown) => names.filter((name) => typeof (value as { [name: string]: unknown } | null)?.[name] !== "string");
  const properties = Object.fromEntries(names.map((name) => [name, { type: "string" }]));
  return {
    "~standard": {
      version: 1,
      vendor: "fixture",
      validate: (value) =>
        wrong(value).length === 0
          ? { value: value as { [name: string]: string } }
          : { issues: wrong(value).map((name) => ({ message: "expected a string", path: [name] })) },
      jsonSchema: { input: () => ({ type: "object", properties }), output: () => ({ type: "object", properties }) },
    },
  };
}

type Run = (input: { readonly [name: string]: string }, call: ToolCall) => ToolResult | Promise<ToolResult>;

const tool = (name: string, effect: Tool["effect"], run: Run, timeoutMs = 10_000): Tool => ({
  name,
  description: `Does ${name}.`,
  input: textFields("path") as Schema,
  effect,
  timeoutMs,
  run: async (input, call) => run(input as { readonly [name: string]: string }, call),
});
export const readTool = (name: string, run: Run = ({ path }) => say(`content of ${path}`), timeoutMs?: number) =>
  tool(name, "read", run, timeoutMs);
export const writeTool = (name: string, run: Run = ({ path }) => say(`wrote ${path}`), timeoutMs?: number) =>
  tool(name, "write", run, timeoutMs);

export const userMessage = (id: string, text: string): Message => ({ id, role: "user", parts: [{ chunk: { type: "text", text } }] });

export interface Stage {
  readonly clock: FakeClock;
  readonly stop: AbortController;
  readonly model: ScriptedModel;
  /** Calls in the order in which they reached the port. */
  readonly started: PendingCall[];
}

export interface Scene extends Partial<Pick<Turn, "tools" | "policy" | "limits" | "retry" | "history" | "resumed">> {
  readonly answers: (stage: Omit<Stage, "model">) => readonly ScriptedAnswer[];
  readonly deaf?: boolean;
  readonly ports?: Partial<TurnPorts>;
  /** What stands in the place of `runTurn`. */
  readonly loop?: typeof runTurn;
  /** The consumer does this with each item before it pulls the next. */
  readonly onItem?: (item: TurnItem, stage: Stage) => unknown;
}

export function openScene(scene: Scene): { readonly stage: Stage; readonly turn: Turn; readonly ports: TurnPorts } {
  const parts = { clock: new FakeClock(), stop: new AbortController(), started: [] };
  const model = new ScriptedModel(scene.answers(parts), { deaf: scene.deaf ?? false });
  const stage: Stage = { ...parts, model };
  const workspace = new MemoryWorkspace();
  const { answers, deaf, ports: given, onItem, loop, ...rest } = scene;
  const turn: Turn = {
    conversationId: "c1",
    turnId: "t1",
    workspace,
    system: "Be brief.",
    history: [userMessage("u1", "Go.")],
    model,
    tools: [],
    policy: { maxConcurrent: 1, eager: true },
    limits: { stepsMax: 200, wallMs: 3_600_000 },
    retry: defaultRetryPolicy,
    reasoningEffort: "high",
    signal: stage.stop.signal,
    ...rest,
  };
  const ports: TurnPorts = {
    clock: stage.clock,
    newId: countedIds(),
    random: () => 0.5,
    takeSteering: async () => undefined,
    stepContext: async (messages) => messages,
    callTool: (call) => {
      stage.started.push(call);
      const { id, signal } = call;
      const progress: ToolCall["progress"] = (output) => call.progress(output);
      return call.tool.run(call.input, { id, conversationId: "c1", turnId: "t1", workspace, signal, progress });
    },
    ...given,
  };
  return { stage, turn, ports };
}

export interface Played extends Stage {
  readonly items: readonly TurnItem[];
  readonly outcome: TurnOutcome;
  /** One line an item, and the outcome. */
  readonly ndjson: string;
}

/** Plays a turn to its end. */
export async function play(scene: Scene): Promise<Played> {
  const { stage, turn, ports } = openScene(scene);
  const items: TurnItem[] = [];
  const running = (scene.loop ?? runTurn)(turn, ports);
  for (;;) {
    const { done, value } = await running.next();
    if (done)
      return {
        ...stage,
        items,
        outcome: value,
        ndjson: [...items, { outcome: value }].map((line) => `${JSON.stringify(line)}\n`).join(""),
      };
    items.push(value);
    await scene.onItem?.(value, stage);
  }
}

export const settledSteps = (items: readonly TurnItem[]): readonly StepSettled[] => items.filter((item) => item.type === "step-settled");
export const resultsOf = (items: readonly TurnItem[]): readonly string[] =>
  items.flatMap((item) => (item.type === "tool-result" ? [item.content] : []));
export const typesOf = (items: readonly TurnItem[]): string => items.map(({ type }) => type).join(" ");

/** For a consumer that sees `provider-retry`: lets the wait pass once the turn waits beside its wall limit. */
export const passWait = (clock: FakeClock): void => void clock.untilSleeping(2).then(() => clock.advanceToNext());
