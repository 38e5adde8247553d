import type { StoredChunk, TurnMetrics } from "@dispatch/wire";

/**
 * The figures of logged turns by the seq of each turn's last chunk. Metrics come one a prompt, in order, and only calls of tools name their
 * turn: the others are counted back from the next one that is known. What follows a tool's result was said while a turn ran, unless that
 * turn has had all its steps: it was stopped there, and another one begins.
 */
export function figuresBySeq(log: readonly StoredChunk[], metrics: readonly TurnMetrics[]): ReadonlyMap<number, TurnMetrics> {
  const turnOfStep = new Map(metrics.flatMap(({ steps }, index) => steps.map(({ stepId }) => [stepId, index] as const)));
  const found = new Map<number, TurnMetrics>();
  let index = metrics.length - 1;
  const stepsOf = (stepId: string): number | undefined => metrics[turnOfStep.get(stepId) ?? -1]?.steps.length;
  const all = segments(log, stepsOf).map(({ end, stepId }) => ({ end, named: stepId === undefined ? undefined : turnOfStep.get(stepId) }));
  const named = new Set(all.map((segment) => segment.named));
  for (const segment of all.toReversed()) {
    // What is no turn of its own yet stands behind it: the next known one is another's.
    if (segment.named === undefined && named.has(index)) continue;
    // A turn has figures once, at its end.
    if (segment.named !== undefined && segment.named > index) continue;
    index = segment.named ?? index;
    const turn = metrics[index];
    if (turn !== undefined) found.set(segment.end, turn);
    index -= 1;
  }
  return found;
}

interface Segment {
  /** Seq of its last chunk. */
  end: number;
  stepId: string | undefined;
  /** Messages of the model: one a step. */
  steps: number;
}

/** From prompt to prompt. What a person said between tools belongs to the turn that runs. */
function segments(log: readonly StoredChunk[], stepsOf: (stepId: string) => number | undefined): readonly Segment[] {
  const found: Segment[] = [];
  let before: StoredChunk | undefined;
  for (const stored of log) {
    // A summary of what came before belongs to no turn.
    if (stored.role === "system") continue;
    const last = found.at(-1);
    const begins = before?.messageId !== stored.messageId;
    const step = begins && stored.role === "assistant" ? 1 : 0;
    if (last === undefined || (stored.role === "user" && begins && isPrompt(before, last, stepsOf)))
      found.push({ end: stored.seq, stepId: stepIdOf(stored), steps: step });
    else {
      last.end = stored.seq;
      last.stepId ??= stepIdOf(stored);
      last.steps += step;
    }
    before = stored;
  }
  return found;
}

function isPrompt(before: StoredChunk | undefined, { stepId, steps }: Segment, stepsOf: (stepId: string) => number | undefined): boolean {
  if (before?.role !== "tool") return true;
  const all = stepId === undefined ? undefined : stepsOf(stepId);
  return all !== undefined && steps >= all;
}

const stepIdOf = ({ chunk }: StoredChunk): string | undefined => ("stepId" in chunk ? chunk.stepId : undefined);
