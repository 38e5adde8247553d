import type { StoredChunk } from "@dispatch/wire";
import type { LiveTurn } from "./live-turn.ts";
import { shownPieces } from "./text-pieces.ts";

/**
 * Where in the log a live turn begins, as an index; `undefined` when the log holds nothing of it. A log that was read in mid-turn holds steps
 * that the turn's events tell too, and they must not be shown twice.
 */
export function turnBeginning(log: readonly StoredChunk[], turn: LiveTurn): number | undefined {
  const { promptSeq } = turn;
  return promptSeq === undefined ? likelyBeginning(log, turn) : found(log.findIndex(({ seq }) => seq >= promptSeq));
}

/** Words are no identity: people say the same twice, and what a server took up again differs from what the log kept of its first try. It is for servers that tell no better. */
function likelyBeginning(log: readonly StoredChunk[], turn: LiveTurn): number | undefined {
  const step = log.findIndex(({ chunk }) => "stepId" in chunk && chunk.stepId !== undefined && isStepOf(turn, chunk.stepId));
  if (step !== -1) return promptBefore(log, step);
  if (turn.prompt === undefined) return undefined;
  const end = log.findLastIndex(({ role }) => role === "user");
  if (end === -1) return undefined;
  const beginning = messageStart(log, end);
  if (textOf(log.slice(beginning, end + 1)) !== turn.prompt) return undefined;
  // An answer to the same words may be an earlier turn's: of a turn that runs, the log holds no more than its prompt, or the very answer that streams.
  return turn.phase !== "running" || end === log.length - 1 || isAnswer(log.slice(end + 1), turn) ? beginning : undefined;
}

const found = (index: number): number | undefined => (index === -1 ? undefined : index);

/** Servers make a step's id from the turn's; what the events named counts whatever its form. */
const isStepOf = ({ turnId, stepIds }: LiveTurn, stepId: string): boolean => stepId.startsWith(`${turnId}#`) || stepIds.includes(stepId);

/** The first step's message stands right behind the prompt. */
function promptBefore(log: readonly StoredChunk[], step: number): number {
  let at = step;
  while (at > 0 && log[at - 1]?.role !== "user") at -= 1;
  return at === 0 ? 0 : messageStart(log, at - 1);
}

function messageStart(log: readonly StoredChunk[], end: number): number {
  const id = log[end]?.messageId;
  let at = end;
  while (at > 0 && log[at - 1]?.role === "user" && log[at - 1]?.messageId === id) at -= 1;
  return at;
}

function isAnswer(chunks: readonly StoredChunk[], { parts }: LiveTurn): boolean {
  const live = parts.find((part) => part.kind === "text" || part.kind === "thinking");
  if (live === undefined || (live.kind !== "text" && live.kind !== "thinking")) return false;
  const [begun = ""] = shownPieces(live.pieces);
  const logged = chunks.find(({ chunk }) => chunk.type === live.kind)?.chunk;
  return begun !== "" && logged !== undefined && "text" in logged && logged.text.startsWith(begun);
}

/** Of one message; an image says nothing. */
export const textOf = (chunks: readonly StoredChunk[]): string =>
  chunks.map(({ chunk }) => (chunk.type === "text" ? chunk.text : "")).join("");
