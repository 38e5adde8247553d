import { fault, runTurn } from "@dispatch/kernel";
import { type Difference, eventLines, eventsOf, firstDifference, playRecording, type RecordedPage } from "@dispatch/trace-replay";
import { Incomplete, Unfinished } from "./faults.ts";
import type { RecordedTurn } from "./traces.ts";

export interface Replay {
  readonly turnId: string;
  readonly same: boolean;
  readonly recordedEvents: number;
  readonly replayedEvents: number;
  readonly difference?: Difference;
  readonly stuck?: string;
}

/** Runs the kernel on what it was given then. Faults: `turn-replay/unfinished`, `turn-replay/incomplete`. */
export async function replay({ turnId, recordings }: RecordedTurn, atRest: () => Promise<void>): Promise<Replay> {
  requireWhole(turnId, recordings);
  const recorded: string[] = [];
  const replayed: string[] = [];
  let stuck: string | undefined;
  for (const pages of recordings) {
    recorded.push(...eventLines(pages));
    const played = await playRecording(pages, { loop: runTurn, fault, atRest });
    replayed.push(...eventsOf(played.items).map((event) => JSON.stringify(event)));
    stuck ??= played.stuck;
  }
  return compared(turnId, recorded, replayed, stuck);
}

export function compared(turnId: string, recorded: readonly string[], replayed: readonly string[], stuck: string | undefined): Replay {
  const difference = firstDifference(recorded, replayed);
  return {
    turnId,
    same: difference === undefined && stuck === undefined,
    recordedEvents: recorded.length,
    replayedEvents: replayed.length,
    ...(difference === undefined ? {} : { difference }),
    ...(stuck === undefined ? {} : { stuck }),
  };
}

/** A process that was killed leaves a recording without an end; the one that took its turn up has another. */
export function requireWhole(turnId: string, recordings: readonly (readonly RecordedPage[])[]): void {
  const last = recordings.at(-1)?.at(-1);
  if (last?.end === undefined) throw new Unfinished(turnId);
  for (const pages of recordings) {
    const { end } = pages.at(-1) ?? {};
    const events = eventLines(pages).length;
    if (pages[0]?.head === undefined || end?.incomplete || (end !== undefined && events !== end.events)) throw new Incomplete(turnId);
  }
}
