import type { Summary } from "../statistics.ts";

/** One turn in a conversation of its own, which all sockets watch. */
export interface WatchOrder {
  readonly conversationId: string;
  /** A script of the fake model. */
  readonly model: string;
  /** Reads the stamps of every delta; without it frames are only counted, which costs next to nothing. */
  readonly stamps: boolean;
}

export interface WatchOutcome {
  /** From the first frame of the turn at any socket to its seal at the last. */
  readonly totalMs: number;
  /** Over all sockets. */
  readonly frames: number;
  /** The fewest and the most that one socket got. */
  readonly fewest: number;
  readonly most: number;
  readonly deltas: number;
  readonly outOfOrder: number;
  readonly latency: Summary;
}
