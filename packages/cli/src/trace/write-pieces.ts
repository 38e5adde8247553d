import type { Piece, Screen } from "../screen.ts";

const togetherMax = 1_000;

/** However many pieces there are. A pipe gets them in few writes: tones are for terminals. */
export async function writePieces(pieces: readonly Piece[], screen: Screen): Promise<void> {
  for (let at = 0; at < pieces.length; at += togetherMax) {
    const some = pieces.slice(at, at + togetherMax);
    if (screen.isTerminal) await screen.write(...some);
    else await screen.write({ text: some.map(({ text }) => text).join("") });
  }
}
