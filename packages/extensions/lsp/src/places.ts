import type { Position } from "vscode-languageserver-types";

/** Where the model points to: lines and columns count from 1, columns in UTF-16 units as in its editor. */
export interface Place {
  readonly line?: number | undefined;
  readonly column?: number | undefined;
  /** A name that stands there. */
  readonly symbol?: string | undefined;
}

/** A position of the protocol, or a sentence on what is not there. */
export function findPosition(text: string, { line, column, symbol }: Place): Position | { readonly why: string } {
  const lines = text.split(/\r\n|\r|\n/);
  if (line !== undefined && line > lines.length) return { why: `The file has ${lines.length} lines, not ${line}. Read it again.` };
  if (line !== undefined && column !== undefined) return { line: line - 1, character: Math.min(column - 1, lines[line - 1]?.length ?? 0) };
  if (symbol === undefined) return { why: "Give `symbol`, the name that is asked about, or `line` and `column`." };
  const from = line === undefined ? 0 : line - 1;
  const to = line === undefined ? lines.length : line;
  for (let at = from; at < to; at++) {
    const character = wordIn(lines[at] ?? "", symbol);
    if (character !== undefined) return { line: at, character };
  }
  return {
    why:
      line === undefined
        ? `${symbol} does not stand in the file.`
        : `${symbol} does not stand on line ${line}. Read the file again, or leave line out.`,
  };
}

/** As a word of its own where it is one, else wherever it stands. */
function wordIn(line: string, symbol: string): number | undefined {
  let first: number | undefined;
  for (let at = line.indexOf(symbol); at !== -1; at = line.indexOf(symbol, at + 1)) {
    first ??= at;
    const around = `${line[at - 1] ?? " "}${line[at + symbol.length] ?? " "}`;
    if (!/[\p{L}\p{N}_$]/u.test(around)) return at;
  }
  return first;
}
