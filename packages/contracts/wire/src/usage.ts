/** Token counts of one model request, or a sum of several. */
export interface Usage {
  /** The whole prompt, cached tokens included. */
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly cacheReadTokens?: number;
  readonly cacheWriteTokens?: number;
  /** The part of `outputTokens` spent on reasoning, where the provider tells. */
  readonly reasoningTokens?: number;
}

export interface StepMetrics {
  readonly stepId: string;
  /** Zeros when the provider reported none. */
  readonly usage: Usage;
  /** Stream start to the first text or reasoning delta, in milliseconds. */
  readonly ttftMs?: number;
  /** First delta to the end of the stream, in milliseconds. */
  readonly decodeMs?: number;
  readonly genTotalMs?: number;
}

export interface TurnMetrics {
  readonly turnId: string;
  /** Sum over all steps. */
  readonly usage: Usage;
  /** Wall clock of the turn, in milliseconds. */
  readonly durationMs?: number;
  readonly steps: readonly StepMetrics[];
  /** Input and output tokens of the last step; absent when that step reported no usage. */
  readonly contextSize?: number;
  /** Why the turn ended, as its `done` event said it; absent in turns of versions that did not store it. */
  readonly reason?: string;
}

export type ReasoningEffort = "low" | "medium" | "high" | "xhigh" | "max";
