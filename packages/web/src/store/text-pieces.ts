/**
 * A text that may grow without bound, cut into pieces that each can be shown by itself. Where it is cut depends on what stands before the cut
 * alone, so a text that came in a thousand deltas has the same pieces as one that came at once.
 */
export interface TextPieces {
  /** Never change again. */
  readonly done: readonly string[];
  /** Still grows. */
  readonly rest: string;
  /** The line that opened the code fence in which `rest` begins; empty outside of one. */
  readonly fence: string;
}

export const pieceCharsMax = 8_000;
export const noText: TextPieces = { done: [], rest: "", fence: "" };

export function extendText({ done, rest, fence }: TextPieces, delta: string): TextPieces {
  let text = rest + delta;
  if (text.length <= pieceCharsMax) return { done, rest: text, fence };
  const more: string[] = [];
  let opener = fence;
  while (text.length > pieceCharsMax) {
    const end = pieceEnd(text);
    const piece = text.slice(0, end);
    const left = fenceAfter(piece, opener);
    more.push(shown(piece, opener, left));
    opener = left;
    text = text.slice(end);
  }
  return { done: [...done, ...more], rest: text, fence: opener };
}

export const piecesOf = (text: string): TextPieces => extendText(noText, text);

/** Every piece as Markdown of its own. */
export const shownPieces = ({ done, rest, fence }: TextPieces): readonly string[] =>
  rest === "" && done.length > 0 ? done : [...done, shown(rest, fence, "")];

/** Behind a blank line if there is one, else behind a line, else anywhere but inside a character. */
function pieceEnd(text: string): number {
  const least = pieceCharsMax / 2;
  const paragraph = text.lastIndexOf("\n\n", pieceCharsMax - 2);
  if (paragraph >= least) return paragraph + 2;
  const line = text.lastIndexOf("\n", pieceCharsMax - 1);
  if (line >= least) return line + 1;
  return isHighSurrogate(text.charCodeAt(pieceCharsMax - 1)) ? pieceCharsMax - 1 : pieceCharsMax;
}

const isHighSurrogate = (unit: number): boolean => unit >= 0xd800 && unit <= 0xdbff;

/** A piece that begins or ends inside of a code fence gets the fence that it lacks. */
function shown(piece: string, opener: string, left: string): string {
  const head = opener === "" ? "" : `${opener}\n`;
  return left === "" ? head + piece : `${head}${piece}${piece.endsWith("\n") ? "" : "\n"}${marksOf(left)}`;
}

const openerForm = /^ {0,3}(`{3,}[^`\n]*|~{3,}[^\n]*)$/;
const openerCharsMax = 200;

function fenceAfter(piece: string, opener: string): string {
  let open = opener;
  for (const line of piece.split("\n")) {
    if (line.length > openerCharsMax) continue;
    const found = openerForm.exec(line)?.[1];
    if (found === undefined) continue;
    if (open === "") open = found;
    else if (closes(found, open)) open = "";
  }
  return open;
}

const marksOf = (opener: string): string => /^(?:`+|~+)/.exec(opener)?.[0] ?? "";
const closes = (line: string, opener: string): boolean => {
  const marks = marksOf(line);
  return line.trim() === marks && marks[0] === opener[0] && marks.length >= marksOf(opener).length;
};
