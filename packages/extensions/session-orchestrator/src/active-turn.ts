import type { Clock } from "@dispatch/kernel";
import type { RestoredStep } from "./restored-step.ts";

/** A turn that runs now. `running` → `sealing`; then the conversation is idle, or goes straight on to the next turn when messages wait. */
export interface ActiveTurn {
  readonly turnId: string;
  readonly abort: AbortController;
  phase: "running" | "sealing";
  /** Someone asked for the end: messages that wait go on waiting. */
  stopped: boolean;
  /** For its provider to take it. */
  waiting: boolean;
  /** Tool calls that were begun and have no result, guards included. */
  readonly calls: Set<string>;
  /** Where it goes on, when a step of a vanished process has a call that waits. */
  restored: RestoredStep | undefined;
  /** Empty until it has been resolved. */
  modelName: string;
  /** Resolves when the turn is sealed; never rejects. */
  sealed: Promise<void>;
}

export const activeTurn = (turnId: string, stopped = false): ActiveTurn => ({
  turnId,
  abort: new AbortController(),
  phase: "running",
  stopped,
  waiting: false,
  calls: new Set(),
  restored: undefined,
  modelName: "",
  sealed: Promise.resolve(),
});

/** Nothing of it happens until somebody says yes: the next process takes it up where it stands. */
export const onlyWaits = ({ calls }: ActiveTurn, isUnstarted: (toolCallId: string) => boolean): boolean =>
  calls.size > 0 && [...calls].every(isUnstarted);

/** Waits for the seal. `turnId`: the turn was sealed meanwhile. */
export async function sealedWithin(
  turn: ActiveTurn | undefined,
  timeoutMs: number,
  clock: Clock,
  signal: AbortSignal,
): Promise<{ readonly settled: boolean; readonly turnId?: string }> {
  if (turn === undefined) return { settled: true };
  const waited = new AbortController();
  const timeout = clock.sleep(timeoutMs, AbortSignal.any([signal, waited.signal])).then(() => ({ settled: false }));
  try {
    return await Promise.race([turn.sealed.then(() => ({ settled: true, turnId: turn.turnId })), timeout]);
  } finally {
    waited.abort();
  }
}
