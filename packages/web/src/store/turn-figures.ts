import type { StoredChunk, TurnMetrics } from "@dispatch/wire";

/**
 * The figures of logged turns by the seq of each turn's last chunk. Metrics come one a prompt, in order, and only calls of tools name their
 * turn: the others are counted back from the next one that is known.
 */
export function figuresBySeq(log: readonly StoredChunk[], metrics: readonly TurnMetrics[]): ReadonlyMap<number, TurnMetrics> {
  const turnOfStep = new Map(metrics.flatMap(({ steps }, index) => steps.map(({ stepId }) => [stepId, index] as const)));
  const found = new Map<number, TurnMetrics>();
  let index = metrics.length - 1;
  for (const { end, stepId } of segments(log).toReversed()) {
    index = (stepId === undefined ? undefined : turnOfStep.get(stepId)) ?? index;
    const turn = metrics[index];
    if (turn !== undefined) found.set(end, turn);
    index -= 1;
  }
  return found;
}

interface Segment {
  /** Seq of its last chunk. */
  end: number;
  stepId: string | undefined;
}

/** From prompt to prompt. What a person said between tools belongs to the turn that runs. */
function segments(log: readonly StoredChunk[]): readonly Segment[] {
  const found: Segment[] = [];
  let before: StoredChunk | undefined;
  for (const stored of log) {
    const prompt = stored.role === "user" && before?.messageId !== stored.messageId && before?.role !== "tool";
    const last = found.at(-1);
    if (last === undefined || prompt) found.push({ end: stored.seq, stepId: stepIdOf(stored) });
    else {
      last.end = stored.seq;
      last.stepId ??= stepIdOf(stored);
    }
    before = stored;
  }
  return found;
}

const stepIdOf = ({ chunk }: StoredChunk): string | undefined => ("stepId" in chunk ? chunk.stepId : undefined);
