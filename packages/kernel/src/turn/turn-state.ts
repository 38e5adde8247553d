import type { StepMetrics, ToolOutputEvent } from "@dispatch/wire";
import type { Tool } from "../contracts/tool.ts";
import type { Turn, TurnPorts } from "../contracts/turn.ts";
import { Answer } from "./answer.ts";
import { Bell } from "./bell.ts";
import { CallDesk } from "./call-desk.ts";
import { CallIds } from "./call-ids.ts";
import { LiveOutput } from "./live-output.ts";
import { RepeatedCalls } from "./repeated-calls.ts";
import { StepTiming } from "./step-timing.ts";
import { TurnStop } from "./turn-stop.ts";

/** What the steps of one turn share. */
export interface TurnState {
  readonly turn: Turn;
  readonly ports: TurnPorts;
  /** What every event carries. */
  readonly of: { readonly conversationId: string; readonly turnId: string };
  readonly bell: Bell;
  readonly stop: TurnStop;
  readonly callIds: CallIds;
  readonly repeatedCalls: RepeatedCalls;
  /** Grows with each step that has ended. */
  readonly steps: StepMetrics[];
}

export interface Step extends TurnState {
  readonly stepId: string;
  /** The turn has used up its steps: this one answers, without tools. */
  readonly isLast: boolean;
  readonly tools: readonly Tool[];
  readonly answer: Answer;
  readonly output: LiveOutput;
  readonly desk: CallDesk;
  readonly timing: StepTiming;
}

export function openTurn(turn: Turn, ports: TurnPorts): TurnState {
  const bell = new Bell();
  return {
    turn,
    ports,
    of: { conversationId: turn.conversationId, turnId: turn.turnId },
    bell,
    stop: new TurnStop(turn, ports.clock, () => bell.ring()),
    callIds: new CallIds(turn.history),
    repeatedCalls: new RepeatedCalls(),
    steps: [...(turn.resumed?.steps ?? [])],
  };
}

export function openStep(state: TurnState): Step {
  const { turn, ports, stop, bell, steps } = state;
  const ring = () => bell.ring();
  const stepId = `${turn.turnId}#${steps.length}`;
  const isLast = steps.length >= turn.limits.stepsMax;
  const output = new LiveOutput(ring);
  const desk = new CallDesk(turn.policy, { ports, stop, output, stepId }, ring);
  const tools = isLast ? [] : turn.tools;
  return { ...state, stepId, isLast, tools, answer: new Answer(stepId), output, desk, timing: new StepTiming(ports.clock) };
}

export function* outputEvents({ of, output }: Step): Generator<ToolOutputEvent, void, void> {
  for (const piece of output.drain()) yield { type: "tool-output", ...of, ...piece };
}
