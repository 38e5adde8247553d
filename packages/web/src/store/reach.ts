import type { StoredChunk } from "@dispatch/wire";
import type { LogWindow } from "../protocol/api.ts";

/** At once, on the way to a place far up. */
const reachSize = 2_000;
/** Before the place, so that what leads to it can be read. */
const leadSize = 30;

/** Asks for older parts of a log until a chunk of it is known. `take` gives the first seq that is known then. */
export async function reachBack(
  seq: number,
  known: number | undefined,
  { log, take }: { log(window: LogWindow): Promise<readonly StoredChunk[]>; take(chunks: readonly StoredChunk[]): number | undefined },
): Promise<void> {
  let first = known;
  while (first !== undefined && first > seq) {
    const sinceSeq = Math.max(0, Math.max(seq - leadSize, first - reachSize) - 1);
    const next = take(await log({ sinceSeq, beforeSeq: first }));
    // What does not join leads nowhere.
    if (next === undefined || next >= first) return;
    first = next;
  }
}
