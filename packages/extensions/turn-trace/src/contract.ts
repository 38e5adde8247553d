import { type Attributes, defineNotify, type NotifyToken } from "@dispatch/kernel";

/** What was traced of a turn from its beginning in this process to its seal. */
export interface TracedTurn {
  readonly conversationId: string;
  readonly turnId: string;
  /** Closed ones, in the order in which they ended; the turn's own is the last. */
  readonly spans: readonly TracedSpan[];
}

export interface TracedSpan {
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  /** Epoch milliseconds. */
  readonly startedAt: number;
  readonly durationMs: number;
  readonly status: "ok" | "error";
  readonly attributes: Attributes;
}

/** For those who send spans elsewhere. Told after the seal; nobody waits for it. */
export const TurnTraced: NotifyToken<TracedTurn> = defineNotify<TracedTurn>("turn-trace/turn-traced");
