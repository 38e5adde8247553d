import type { FaultKind } from "./fault.ts";
import type { Usage } from "./usage.ts";

interface OfConversation {
  readonly conversationId: string;
}
interface OfTurn extends OfConversation {
  readonly turnId: string;
}

/**
 * What a turn tells its watchers, one JSON object a line or frame. The set of types is closed: clients break on one they
 * do not know, so what is new travels as an optional field.
 */
export type AgentEvent =
  | StatusEvent
  | UserMessageEvent
  | TurnStartEvent
  | TextDeltaEvent
  | ReasoningDeltaEvent
  | ToolCallEvent
  | ToolOutputEvent
  | ToolResultEvent
  | UsageEvent
  | StepCompleteEvent
  | ProviderRetryEvent
  | SteeringEvent
  | ErrorEvent
  | DoneEvent
  | TurnSealedEvent;

export interface StatusEvent extends OfConversation {
  readonly type: "status";
  readonly status: string;
}
/** The prompt that opened the turn: the first event of every turn. */
export interface UserMessageEvent extends OfTurn {
  readonly type: "user-message";
  readonly text: string;
  /** The prompt's place in the log, where it may be read before or after this is told: what stands from there on is this turn's. Absent from older servers. */
  readonly seq?: number;
}
export interface TurnStartEvent extends OfTurn {
  readonly type: "turn-start";
}
export interface TextDeltaEvent extends OfTurn {
  readonly type: "text-delta";
  readonly delta: string;
}
export interface ReasoningDeltaEvent extends OfTurn {
  readonly type: "reasoning-delta";
  readonly delta: string;
}
export interface ToolCallEvent extends OfTurn {
  readonly type: "tool-call";
  readonly stepId: string;
  readonly toolCallId: string;
  readonly toolName: string;
  readonly input: unknown;
}
export interface ToolOutputEvent extends OfTurn {
  readonly type: "tool-output";
  readonly toolCallId: string;
  readonly data: string;
  readonly stream: "stdout" | "stderr";
}
export interface ToolResultEvent extends OfTurn {
  readonly type: "tool-result";
  readonly stepId: string;
  readonly toolCallId: string;
  readonly toolName: string;
  readonly content: string;
  readonly isError: boolean;
  readonly durationMs?: number;
}
export interface UsageEvent extends OfTurn {
  readonly type: "usage";
  readonly stepId?: string;
  readonly usage: Usage;
}
/** Once a step, when its model stream ends: before the step's tool results. */
export interface StepCompleteEvent extends OfTurn {
  readonly type: "step-complete";
  readonly stepId: string;
  readonly ttftMs?: number;
  readonly decodeMs?: number;
  readonly genTotalMs?: number;
}
/** Sent before each wait for another attempt. `attempt` counts from 0. */
export interface ProviderRetryEvent extends OfTurn {
  readonly type: "provider-retry";
  readonly attempt: number;
  readonly delayMs: number;
  readonly message: string;
  readonly code?: string;
}
export interface SteeringEvent extends OfTurn {
  readonly type: "steering";
  readonly text: string;
}
export interface ErrorEvent extends OfTurn {
  readonly type: "error";
  readonly message: string;
  readonly code?: string;
  /** What a client's exit code or retry goes by. Absent from older servers. */
  readonly kind?: FaultKind;
}
export interface DoneEvent extends OfTurn {
  readonly type: "done";
  /** The provider's finish reason, or `error`, `aborted`, `max-steps`, `loop`, `time-limit`. */
  readonly reason: string;
  readonly durationMs?: number;
  readonly usage?: Usage;
  readonly contextSize?: number;
}
/** Everything of this turn is readable over HTTP. */
export interface TurnSealedEvent extends OfTurn {
  readonly type: "turn-sealed";
}
