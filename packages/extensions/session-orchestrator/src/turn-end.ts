import { type ConversationState, interruptedCode } from "@dispatch/conversation-store/contract";
import { type Fault, sumUsage, type TurnOutcome } from "@dispatch/kernel";
import type { AgentEvent, ErrorChunk, TurnMetrics } from "@dispatch/wire";

/** A turn that its process did not survive this often is not taken up again: it may be what ends the process. */
const resumesMax = 3;

export const interruptedMark: ErrorChunk = {
  type: "error",
  message: "The server stopped here, in the middle of a step.",
  code: interruptedCode,
};

/** Why a turn that was found open is not taken up again, and what marks that in the log; `undefined`: it is taken up. */
export function endOf(
  resumes: number,
  stopRequested: boolean,
  unstored: Fault | undefined,
): { readonly reason: string; readonly mark?: ErrorChunk } | undefined {
  if (unstored !== undefined) return { reason: "error", mark: errorChunk(unstored) };
  if (stopRequested) return { reason: "aborted" };
  if (resumes < resumesMax) return undefined;
  const message = `The server stopped ${resumes + 1} times during this turn, so it was not taken up again. Send a message to go on.`;
  return { reason: "error", mark: { type: "error", message, code: "session-orchestrator/interrupted" } };
}

export const errorChunk = ({ message, code }: Fault): ErrorChunk => ({ type: "error", message, code });

/** What is told of a turn that failed outside of its own loop. */
export const failureEvents = (
  ids: { readonly conversationId: string; readonly turnId: string },
  { message, code, kind }: Fault,
  started: boolean,
): readonly AgentEvent[] => [
  ...(started ? [] : [{ type: "turn-start", ...ids } as const]),
  { type: "error", ...ids, message, code, kind },
  { type: "done", ...ids, reason: "error" },
];

/** Of a turn that did not come to its own end: what its finished steps have used. */
export function outcomeSoFar({ open }: ConversationState, now: number, reason = "error"): TurnOutcome {
  const { steps = [], startedAt = now } = open ?? {};
  return { reason, usage: sumUsage(steps.map(({ usage }) => usage)), steps, durationMs: now - startedAt };
}

export const metricsOf = (turnId: string, { reason, usage, steps, durationMs, contextSize }: TurnOutcome): TurnMetrics => ({
  turnId,
  usage,
  durationMs,
  steps,
  ...(contextSize === undefined ? {} : { contextSize }),
  reason,
});
