import type { AgentEvent, ReasoningEffort, StepMetrics, Usage } from "@dispatch/wire";
import type { Clock } from "./clock.ts";
import type { Message } from "./message.ts";
import type { Model } from "./model.ts";
import type { Tool, ToolOutput, ToolResult } from "./tool.ts";
import type { Workspace } from "./workspace.ts";

/** Everything that a turn needs, resolved beforehand and frozen: the loop asks nobody for more. */
export interface Turn {
  readonly conversationId: string;
  readonly turnId: string;
  readonly workspace: Workspace;
  readonly system: string;
  /** Ends with the message that opened the turn, or, in a resumed turn, with its last finished step. */
  readonly history: readonly Message[];
  readonly model: Model;
  readonly tools: readonly Tool[];
  readonly policy: DispatchPolicy;
  readonly limits: TurnLimits;
  readonly retry: RetryPolicy;
  readonly reasoningEffort: ReasoningEffort;
  readonly signal: AbortSignal;
  /** What a resumed turn has behind it. */
  readonly resumed?: { readonly steps: readonly StepMetrics[]; readonly durationMs: number };
}

export interface DispatchPolicy {
  /** Tool calls that run at once: 0 is unlimited, 1 is one after another. */
  readonly maxConcurrent: number;
  /** Reads start as soon as their call is complete, while the model still streams. */
  readonly eager: boolean;
}

export interface TurnLimits {
  /** Steps with tools. The turn then gets one last step without, so that the person gets an answer. */
  readonly stepsMax: number;
  readonly outputTokensMax?: number;
  /** From the start of `runTurn`, also in a resumed turn: time without a process does not count. */
  readonly wallMs: number;
}

/** For faults of kind `unavailable` and `limited`, before a step has produced anything. */
export interface RetryPolicy {
  readonly attemptsMax: number;
  readonly totalMs: number;
  readonly firstDelayMs: number;
  readonly delayMsMax: number;
}

export interface TurnPorts {
  readonly clock: Clock;
  /** A fresh message id. */
  newId(): string;
  /** In [0, 1): jitter. */
  random(): number;
  /** The queued user message to put behind this step's results, stored before it is handed over; `undefined` when none waits. */
  takeSteering(): Promise<Message | undefined>;
  /** The last word on what the model sees next; usually `messages` itself. */
  stepContext(messages: readonly Message[]): Promise<readonly Message[]>;
  /** Stores the intent, asks the guards, runs the tool, stores the outcome. A throw is an error result. */
  callTool(call: PendingCall): Promise<ToolResult>;
}

export interface PendingCall {
  /** Run this very object: its deadline begins with its `run`. */
  readonly tool: Tool;
  readonly id: string;
  readonly stepId: string;
  /** Validated against the tool's schema. */
  readonly input: unknown;
  readonly signal: AbortSignal;
  progress(output: ToolOutput): void;
}

/** Events for everyone, and for the ledger alone the messages that a finished step leaves. When it is pulled past, they must be stored. */
export type TurnItem = AgentEvent | StepSettled;

export interface StepSettled {
  readonly type: "step-settled";
  readonly stepId: string;
  /** The assistant message, if anything is left of it, then one `tool` message a call, in call order. */
  readonly messages: readonly Message[];
  readonly metrics: StepMetrics;
}

export interface TurnOutcome {
  /** As in the `done` event. */
  readonly reason: string;
  readonly usage: Usage;
  readonly steps: readonly StepMetrics[];
  readonly durationMs: number;
  readonly contextSize?: number;
}

/** `turn-<epoch ms>-<6 base-36 digits>`. Clients treat it as opaque. `random` lies in [0, 1). */
export const turnIdOf = (now: number, random: number): string => `turn-${now}-${random.toString(36).slice(2, 8).padEnd(6, "0")}`;
