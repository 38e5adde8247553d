const linesScannedMax = 50_000;
const linesComparedMax = 5;
const linesShownMax = 10;
const lineCharsMax = 200;
const similarityMin = 0.4;

/** Where a text that was not found would stand: the lines that are most like it, with their numbers. */
export interface Closest {
  readonly firstLine: number;
  readonly lines: readonly string[];
  /** The lines are the same but for spaces and tabs. */
  readonly onlySpaces: boolean;
}

export function closestLines(text: string, searched: string): Closest | undefined {
  const wanted = withoutBlankEnds(searched.split("\n", linesScannedMax));
  const lines = text.split("\n", linesScannedMax);
  const compared = wanted.slice(0, linesComparedMax).map(shapeOf);
  const shapes = lines.map(shapeOf);
  let best = { at: -1, score: similarityMin };
  for (let at = 0; at < lines.length; at++) {
    const score = compared.reduce((sum, shape, i) => sum + similarity(shape, shapes[at + i]), 0) / compared.length;
    if (score > best.score) best = { at, score };
  }
  if (best.at < 0) return undefined;
  const found = lines.slice(best.at, best.at + wanted.length);
  return {
    firstLine: best.at + 1,
    lines: found.slice(0, linesShownMax).map((line) => (line.length > lineCharsMax ? `${line.slice(0, lineCharsMax)}…` : line)),
    onlySpaces: withoutSpaces(found.join("\n")) === withoutSpaces(wanted.join("\n")),
  };
}

interface Shape {
  readonly text: string;
  readonly pairs: ReadonlyMap<string, number>;
  readonly count: number;
}

/** What a line is compared by: its pairs of neighbouring characters, spaces at its ends left out. */
function shapeOf(line: string): Shape {
  const text = line.slice(0, lineCharsMax).trim();
  const pairs = new Map<string, number>();
  for (let i = 0; i + 1 < text.length; i++) {
    const pair = text.slice(i, i + 2);
    pairs.set(pair, (pairs.get(pair) ?? 0) + 1);
  }
  return { text, pairs, count: Math.max(0, text.length - 1) };
}

/** 1 for equal lines, 0 for lines that share no pair. */
function similarity(a: Shape, b: Shape | undefined): number {
  if (b === undefined) return 0;
  if (a.text === b.text) return 1;
  let shared = 0;
  for (const [pair, count] of a.pairs) shared += Math.min(count, b.pairs.get(pair) ?? 0);
  return (2 * shared) / Math.max(1, a.count + b.count);
}

function withoutBlankEnds(lines: readonly string[]): readonly string[] {
  const isText = (line: string) => line.trim() !== "";
  const last = lines.findLastIndex(isText);
  return last < 0 ? [""] : lines.slice(lines.findIndex(isText), last + 1).with(-1, lines[last]?.trimEnd() ?? "");
}

const withoutSpaces = (text: string): string => text.replace(/\s+/g, "");
