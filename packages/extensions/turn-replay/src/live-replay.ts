import {
  type Clock,
  canonicalJson,
  fault,
  type Message,
  type Model,
  refuse,
  runTurn,
  say,
  type Tool,
  type ToolResult,
  type ToolSpec,
  type Turn,
} from "@dispatch/kernel";
import { eventLines, type RecordedPage } from "@dispatch/trace-replay";
import type { AgentEvent } from "@dispatch/wire";
import { NoPrompt } from "./faults.ts";
import { NotedView } from "./noted-view.ts";
import { compared, type Replay, requireWhole } from "./replay.ts";
import { saidLines } from "./said-lines.ts";
import type { RecordedTurn } from "./traces.ts";

export interface LivePorts {
  readonly model: Model;
  readonly clock: Clock;
  newId(): string;
  readonly signal: AbortSignal;
}

const wallMsMax = 15 * 60_000;

/**
 * Asks the model itself what it was asked then, and goes on as long as it calls what it called then: those results are given again, no tool runs. The
 * lines that are compared say what the model said, without times and pieces. Faults: `turn-replay/no-prompt`, and those of `replay`.
 */
export async function replayLive(recorded: RecordedTurn, { model, clock, newId, signal }: LivePorts): Promise<Replay> {
  const { turnId, recordings } = recorded;
  requireWhole(turnId, recordings);
  const pages = recordings.flat();
  const events = recordings.flatMap(eventLines).map((line): AgentEvent => JSON.parse(line));
  const results = resultsOf(events);
  const prompts = recorded.prompts();
  const [first] = prompts;
  const head = pages[0]?.head;
  if (first === undefined || head === undefined) throw new NoPrompt(turnId);
  const steering = pages.flatMap(({ inputs }) => inputs.flatMap((input) => (input.kind === "steering" ? [input.message] : [])));
  const view = new NotedView(prompts);
  const stop = new AbortController();
  let stuck: string | undefined;
  const turn: Turn = {
    conversationId: head.conversationId,
    turnId,
    workspace: {} as Turn["workspace"],
    system: first.system,
    history: first.messages,
    model,
    tools: first.tools.map((spec) => servedTool(spec, pages)),
    policy: { maxConcurrent: 1, eager: false },
    limits: { ...head.limits, wallMs: wallMsMax },
    retry: { ...head.retry, attemptsMax: 1 },
    reasoningEffort: first.reasoningEffort ?? head.reasoningEffort,
    signal: AbortSignal.any([signal, stop.signal]),
  };
  const running = runTurn(turn, {
    clock,
    newId,
    random: () => 0,
    takeSteering: async () => steering.shift() as Message | undefined,
    stepContext: async (messages) => view.of(messages),
    async callTool({ tool, input }) {
      const result = results.get(`${tool.name} ${canonicalJson(input)}`)?.shift();
      if (result !== undefined) return result;
      stuck ??= `The model called ${tool.name} with ${clipped(canonicalJson(input))}, which it did not call then: there is no result to give it.`;
      stop.abort();
      throw fault("cancelled", "turn-replay/no-result", stuck);
    },
  });
  const replayed: AgentEvent[] = [];
  for await (const item of running) if (item.type !== "step-settled") replayed.push(item);
  signal.throwIfAborted();
  return compared(turnId, saidLines(events), saidLines(replayed), stuck);
}

/** By what was called, in order. */
function resultsOf(events: readonly AgentEvent[]): ReadonlyMap<string, ToolResult[]> {
  const keys = new Map<string, string>();
  const results = new Map<string, ToolResult[]>();
  for (const event of events) {
    if (event.type === "tool-call") keys.set(event.toolCallId, `${event.toolName} ${canonicalJson(event.input)}`);
    if (event.type !== "tool-result") continue;
    const key = keys.get(event.toolCallId) ?? "";
    const result = event.isError ? refuse(event.content) : say(event.content);
    results.set(key, [...(results.get(key) ?? []), result]);
  }
  return results;
}

function servedTool({ name, description, inputSchema }: ToolSpec, pages: readonly RecordedPage[]): Tool {
  const [, effect = "write", timeoutMs = wallMsMax] = pages[0]?.head?.tools.find(([known]) => known === name) ?? [];
  const schema: Tool["input"]["~standard"] = {
    version: 1,
    vendor: "turn-replay",
    // What does not fit has its recorded refusal as its result.
    validate: (value) => ({ value }),
    jsonSchema: { input: () => inputSchema as { [key: string]: unknown }, output: () => ({}) },
  };
  return { name, description, input: { "~standard": schema }, effect, timeoutMs, run: async () => refuse("A replay runs no tool.") };
}

const clippedCharsMax = 300;
const clipped = (text: string): string => (text.length <= clippedCharsMax ? text : `${text.slice(0, clippedCharsMax)}…`);
