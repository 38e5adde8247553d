import type { DispatchPolicy, FaultKind, Json, ModelPart, RetryPolicy, Tool, TurnLimits } from "@dispatch/kernel";
import type { AgentEvent, ReasoningEffort, StepMetrics } from "@dispatch/wire";

/**
 * What the kernel's loop was given, in the order in which it was given, and what came out of it: one page a step. The loop is a deterministic machine, so
 * that the same inputs in the same order give the same events, byte for byte. Times are milliseconds since the loop began.
 */
export interface RecordedPage {
  readonly v: 1;
  /** On the first page alone. */
  readonly head?: RecordedHead;
  readonly inputs: readonly RecordedInput[];
  /** What the monotonic clock said, to the last digit, each time the loop asked. It stands still while the loop works on one input. */
  readonly readings: readonly number[];
  readonly ids: readonly string[];
  readonly randoms: readonly number[];
  /** Ids of calls that stood in the history already, as far as that changed an id of this page. */
  readonly takenCallIds: readonly string[];
  /** Calls whose input did not fit their tool. */
  readonly misfits: readonly RecordedMisfit[];
  readonly events: readonly RecordedEvent[];
  /** On the last page alone. */
  readonly end?: RecordedEnd;
}

export interface RecordedHead {
  readonly conversationId: string;
  readonly turnId: string;
  readonly modelName: string;
  readonly tools: readonly RecordedTool[];
  readonly policy: DispatchPolicy;
  readonly limits: TurnLimits;
  readonly retry: RetryPolicy;
  readonly reasoningEffort: ReasoningEffort;
  readonly resumed?: { readonly steps: readonly StepMetrics[]; readonly durationMs: number };
  readonly isAborted?: true;
}

/** What the loop reads of a tool. How its input is described stands with the prompts. */
export type RecordedTool = readonly [name: string, effect: Tool["effect"], timeoutMs: number];

export interface RecordedMisfit {
  readonly tool: string;
  readonly input: unknown;
  readonly issues?: readonly { readonly message: string; readonly path: readonly string[] }[];
  readonly fault?: RecordedFault;
}

export interface RecordedFault {
  readonly kind: FaultKind;
  readonly code: `${string}/${string}`;
  readonly message: string;
}

/**
 * One input of the loop. `out` is how many items had come out by then; `held`: the consumer had not yet asked for the next one.
 */
export type RecordedInput = { readonly ms: number; readonly out: number; readonly held?: true } & RecordedGift;
export type RecordedGift =
  /** Neighbouring deltas of one type without metadata; `times` are whole microseconds since the one before, of the first 0. */
  | { readonly kind: "text" | "reasoning"; readonly texts: readonly string[]; readonly times: readonly number[] }
  | { readonly kind: "part"; readonly part: ModelPart }
  /** The model's stream ended without a last part, or threw. */
  | { readonly kind: "cut" }
  | { readonly kind: "threw"; readonly message: string }
  /** The view of the next step, as its prompt says; or the fault that there was instead. */
  | { readonly kind: "view"; readonly fault?: RecordedFault }
  | { readonly kind: "steering"; readonly message?: Json; readonly fault?: RecordedFault }
  | { readonly kind: "output"; readonly call: string; readonly stream: "stdout" | "stderr"; readonly data: string }
  | { readonly kind: "result"; readonly call: string; readonly text: string; readonly refused?: true }
  | { readonly kind: "failure"; readonly call: string; readonly fault: RecordedFault }
  /** A wait of the loop was over: the wall limit, a retry's delay, a tool's deadline or its grace. */
  | { readonly kind: "wake"; readonly sleeper: string }
  | { readonly kind: "abort" }
  /** The consumer left. */
  | { readonly kind: "leave" };

/** An event as it was; or how many deltas came straight from the model's parts. A result's `content` of 0 is what its tool gave. */
export type RecordedEvent = number | AgentEvent | (Omit<Extract<AgentEvent, { type: "tool-result" }>, "content"> & { readonly content: 0 });

export interface RecordedEnd {
  /** Something was left out for its size: the recording shows what there is and cannot be replayed. */
  readonly incomplete?: true;
  readonly reason: string;
  /** Events in all. */
  readonly events: number;
}
