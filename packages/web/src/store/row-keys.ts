import type { StoredChunk } from "@dispatch/wire";
import type { LiveTurn } from "./live-turn.ts";
import { liveRows, logRows, type Row } from "./rows.ts";
import { turnBeginning } from "./turn-beginning.ts";

/** Rows that were live take the place of the log's rows under the keys they had. Where the two do not match, the log's keys are new. */
export function keysAfterSettling(
  { log, keys }: { readonly log: readonly StoredChunk[]; readonly keys: ReadonlyMap<number, string> },
  gone: readonly LiveTurn[],
): ReadonlyMap<number, string> {
  const next = new Map(keys);
  let from = 0;
  for (const turn of gone) {
    const beginning = turnBeginning(log.slice(from), { ...turn, phase: "sealed" });
    if (beginning === undefined) continue;
    from += beginning;
    const fresh = logRows(log.slice(from), new Map());
    const pairs = pairsOf(liveRows(turn), fresh);
    for (const [live, logged] of pairs) next.set(seqOf(logged), live.key);
    from += 1;
  }
  return next;
}

function pairsOf(live: readonly Row[], logged: readonly Row[]): readonly (readonly [Row, Row])[] {
  const pairs: (readonly [Row, Row])[] = [];
  let at = 0;
  for (const row of live) {
    if (row.kind === "figures" || row.kind === "working" || isContinuation(row)) continue;
    while (isContinuation(logged[at])) at += 1;
    const other = logged[at];
    if (other === undefined || !matches(row, other)) break;
    pairs.push([row, other]);
    at += 1;
  }
  return pairs;
}

/** A later piece of a long text has the key of the first, and a number. */
const isContinuation = (row: Row | undefined): boolean =>
  row !== undefined && /\.\d+$/.test(row.key) && (row.kind === "text" || row.kind === "thinking");
const matches = (row: Row, other: Row): boolean =>
  row.kind === other.kind && (row.kind !== "tool" || other.kind !== "tool" || row.toolCallId === other.toolCallId);
const seqOf = ({ key }: Row): number => Number(key.slice(1));
