import type { AgentEvent, ImageInput, ToolResultEvent, Usage } from "@dispatch/wire";
import { extendText, noText, type TextPieces } from "./text-pieces.ts";

/** A turn as its events tell it: shown until the log holds it. */
export interface LiveTurn {
  readonly turnId: string;
  /** Of the row that shows the prompt. */
  readonly promptKey: string;
  /** Absent while the event that opens the turn has not been seen. */
  readonly prompt?: string;
  /** Of the prompt in the log; absent with servers that do not tell. */
  readonly promptSeq?: number;
  readonly images: readonly ImageInput[];
  readonly parts: readonly Part[];
  /** As events name them, in order: how the log's chunks of this turn are known. */
  readonly stepIds: readonly string[];
  readonly phase: Phase;
  readonly retry?: Retry;
  readonly figures: LiveFigures;
}

/** `doubtful`: the connection was lost, and whether the turn still runs is not known yet. */
export type Phase = "running" | "done" | "sealed" | "doubtful";

export interface Retry {
  /** The one that comes: the request itself was the first. */
  readonly attempt: number;
  readonly delayMs: number;
  /** When that is over, by this client's clock: a server's may be another. */
  readonly until: number;
  readonly message: string;
}

export interface LiveFigures {
  readonly usage?: Usage;
  readonly ttftMs?: number;
  readonly durationMs?: number;
  readonly contextSize?: number;
  readonly reason?: string;
}

export type Part =
  | { readonly kind: "text" | "thinking"; readonly pieces: TextPieces }
  | ToolPart
  /** What a person said while the turn ran. */
  | { readonly kind: "user"; readonly text: string }
  | { readonly kind: "error"; readonly message: string; readonly code?: string };

export interface ToolPart {
  readonly kind: "tool";
  readonly toolCallId: string;
  readonly toolName: string;
  readonly input: unknown;
  /** The end of what it wrote while it ran. */
  readonly output: string;
  readonly result?: { readonly content: string; readonly isError: boolean; readonly durationMs?: number };
}

/** Of one call, while it runs. What came before is in the log when the call has ended. */
export const outputCharsMax = 200_000;

export const openTurn = (turnId: string, promptKey: string): LiveTurn => ({
  turnId,
  promptKey,
  images: [],
  parts: [],
  stepIds: [],
  phase: "running",
  figures: {},
});

type TurnEvent = Exclude<AgentEvent, { type: "status" | "user-message" }>;

/** The turn after one more of its events, which came at this time. */
export function advance(turn: LiveTurn, event: TurnEvent, at: number): LiveTurn {
  switch (event.type) {
    case "turn-start":
      return turn;
    case "text-delta":
      return { ...quiet(turn), parts: grown(turn.parts, "text", event.delta) };
    case "reasoning-delta":
      return { ...quiet(turn), parts: grown(turn.parts, "thinking", event.delta) };
    case "tool-call":
      return { ...withStep(quiet(turn), event.stepId), parts: [...turn.parts, toolPart(event)] };
    case "tool-output":
      return withTool(turn, event.toolCallId, (part) => ({ ...part, output: tail(part.output + event.data) }));
    case "tool-result":
      return withResult(turn, event);
    case "usage":
      return { ...turn, figures: { ...turn.figures, usage: event.usage } };
    case "step-complete":
      return { ...withStep(turn, event.stepId), figures: withFirstToken(turn.figures, event.ttftMs) };
    case "provider-retry": {
      const { attempt, delayMs, message } = event;
      return { ...turn, retry: { attempt: attempt + 2, delayMs, until: at + delayMs, message } };
    }
    case "steering":
      return { ...turn, parts: [...turn.parts, { kind: "user", text: event.text }] };
    case "error":
      return { ...quiet(turn), parts: [...turn.parts, errorPart(event.message, event.code)] };
    case "done": {
      const { reason, usage, durationMs, contextSize } = event;
      const told = { reason, ...defined({ usage, durationMs, contextSize }) };
      return { ...quiet(turn), phase: turn.phase === "sealed" ? "sealed" : "done", figures: { ...turn.figures, ...told } };
    }
    case "turn-sealed":
      return { ...quiet(turn), phase: "sealed" };
  }
}

/** Events that follow one another and only add text become one: a burst of thousands costs one step. */
export function joinDeltas(events: readonly AgentEvent[]): readonly AgentEvent[] {
  const joined: AgentEvent[] = [];
  let run: { event: AgentEvent; texts: string[] } | undefined;
  const end = (): void => {
    if (run !== undefined) joined.push(withText(run.event, run.texts.join("")));
    run = undefined;
  };
  for (const event of events) {
    const text = addedText(event);
    if (text === undefined) {
      end();
      joined.push(event);
    } else if (run !== undefined && continues(run.event, event)) run.texts.push(text);
    else {
      end();
      run = { event, texts: [text] };
    }
  }
  end();
  return joined;
}

function addedText(event: AgentEvent): string | undefined {
  if (event.type === "text-delta" || event.type === "reasoning-delta") return event.delta;
  return event.type === "tool-output" ? event.data : undefined;
}

function continues(before: AgentEvent, event: AgentEvent): boolean {
  if (before.type !== event.type || before.conversationId !== event.conversationId) return false;
  if ("turnId" in before && "turnId" in event && before.turnId !== event.turnId) return false;
  return before.type !== "tool-output" || (event.type === "tool-output" && before.toolCallId === event.toolCallId);
}

function withText(event: AgentEvent, text: string): AgentEvent {
  if (event.type === "text-delta" || event.type === "reasoning-delta") return { ...event, delta: text };
  return event.type === "tool-output" ? { ...event, data: text } : event;
}

function quiet({ retry: _, ...turn }: LiveTurn): LiveTurn {
  return turn;
}

function grown(parts: readonly Part[], kind: "text" | "thinking", delta: string): readonly Part[] {
  const last = parts.at(-1);
  if (delta === "") return parts;
  if (last?.kind === kind) return [...parts.slice(0, -1), { kind, pieces: extendText(last.pieces, delta) }];
  return [...parts, { kind, pieces: extendText(noText, delta) }];
}

const withStep = (turn: LiveTurn, stepId: string): LiveTurn =>
  turn.stepIds.includes(stepId) ? turn : { ...turn, stepIds: [...turn.stepIds, stepId] };

/** Of the first step: how long a person waited. */
const withFirstToken = (figures: LiveFigures, ttftMs: number | undefined): LiveFigures =>
  figures.ttftMs === undefined && ttftMs !== undefined ? { ...figures, ttftMs } : figures;

const toolPart = ({ toolCallId, toolName, input }: { toolCallId: string; toolName: string; input: unknown }): ToolPart => ({
  kind: "tool",
  toolCallId,
  toolName,
  input,
  output: "",
});

const errorPart = (message: string, code: string | undefined): Part => ({ kind: "error", message, ...defined({ code }) });

function withResult(turn: LiveTurn, { stepId, content, isError, durationMs, ...event }: ToolResultEvent): LiveTurn {
  const result = { content, isError, ...defined({ durationMs }) };
  const known = turn.parts.some((part) => part.kind === "tool" && part.toolCallId === event.toolCallId);
  const called = known ? turn : { ...turn, parts: [...turn.parts, toolPart({ ...event, input: null })] };
  return withStep(
    withTool(called, event.toolCallId, (part) => ({ ...part, result })),
    stepId,
  );
}

/** The latest call of that id: models repeat them. */
function withTool(turn: LiveTurn, toolCallId: string, change: (part: ToolPart) => ToolPart): LiveTurn {
  const at = turn.parts.findLastIndex((part) => part.kind === "tool" && part.toolCallId === toolCallId);
  const part = turn.parts[at];
  return part?.kind === "tool" ? { ...turn, parts: turn.parts.with(at, change(part)) } : turn;
}

const tail = (text: string): string => (text.length > outputCharsMax ? text.slice(-outputCharsMax) : text);

/** Without the fields that are undefined. */
function defined<T extends object>(fields: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>;
  };
}
