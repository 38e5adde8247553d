import type { Summary } from "../statistics.ts";

/** One turn, in terms that every contestant understands. */
export interface TurnOrder {
  /** A script of the fake model. */
  readonly model: string;
  readonly prompt: string;
  /** Where the notes lie that a script reads. */
  readonly folder?: string;
  /** How many messages stand before the prompt: `earlierMessages(count)`. */
  readonly earlier?: number;
  /** Where our server holds those messages; the others are handed them. */
  readonly conversationId?: string;
}

/**
 * Carries out one turn to its end. `see` gets whatever text comes, as early as it is there: the stamps in it are the measurement.
 * Throws when the turn did not end well.
 */
export type Contestant = (order: TurnOrder, see: (text: string) => void) => Promise<void>;

export type ContestantName = "floor" | "streamText" | "dispatch";

export interface Job {
  readonly order: TurnOrder;
  /** Turns at once. */
  readonly streams: number;
  /** The turns start at even distances within this time. */
  readonly startWithinMs: number;
}

export interface Outcome {
  /** From the first start to the last end. */
  readonly totalMs: number;
  /** From the start of the first turn to its first delta. */
  readonly firstDeltaMs: number;
  readonly deltas: number;
  readonly outOfOrder: number;
  /** Receive time less send time of every delta that carries one, in milliseconds. */
  readonly latency: Summary;
  /** The same, from one second after the last start on: what is left once the starting is over. */
  readonly settledLatency: Summary;
  readonly failures: readonly string[];
}
