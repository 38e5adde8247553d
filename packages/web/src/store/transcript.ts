import type { StoredChunk } from "@dispatch/wire";
import { type ConversationState, shownLog } from "./conversation-state.ts";
import { liveRows, logRows, type Row } from "./rows.ts";
import { figuresBySeq } from "./turn-figures.ts";

/** Gives the rows of a state. It remembers those of the log: while a turn streams, they do not change. */
export function transcriptReader(): (state: ConversationState) => readonly Row[] {
  let known:
    | { readonly log: readonly StoredChunk[]; readonly length: number; readonly state: ConversationState; readonly rows: readonly Row[] }
    | undefined;
  return (state) => {
    const shown = shownLog(state);
    const same =
      known !== undefined &&
      known.log === state.log &&
      known.length === shown.length &&
      known.state.keys === state.keys &&
      known.state.metrics === state.metrics &&
      known.state.turns.length === state.turns.length;
    if (known === undefined || !same) known = { log: state.log, length: shown.length, state, rows: loggedRows(shown, state) };
    return [...known.rows, ...state.turns.flatMap(liveRows), ...sendRows(state)];
  };
}

function loggedRows(shown: readonly StoredChunk[], { keys, metrics, turns }: ConversationState): readonly Row[] {
  const settled = metrics.filter(({ turnId }) => !turns.some((turn) => turn.turnId === turnId));
  return logRows(shown, keys, figuresBySeq(shown, settled));
}

const sendRows = ({ sends }: ConversationState): readonly Row[] =>
  sends.map(({ key, text, images, delivery, why }) => ({
    kind: "user",
    key,
    text,
    images,
    delivery: delivery === "lost" ? "failed" : delivery,
    ...(why === undefined ? {} : { why }),
  }));
