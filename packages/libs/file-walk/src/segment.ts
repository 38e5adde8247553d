import { anyRun, type Expected, matchRuns } from "./match-runs.ts";

/** Says whether one name, without a slash in it, fits. */
export type Segment = (name: string) => boolean;

type Token = Expected<string>;

/**
 * The pattern of one name: `*` any run of characters, `?` one, `[a-z]` and `[!a-z]` one of a set, `\` takes away the next one's meaning; a
 * bracket that never closes is itself. Time grows with pattern times name, whatever the pattern: no regular expression is made of it.
 */
export function compileSegment(source: string): Segment {
  return literal(source) ?? simple(source) ?? general(tokensOf(source));
}

function literal(source: string): Segment | undefined {
  if (/[*?[\\]/.test(source)) return undefined;
  return (name) => name === source;
}

/** `*`, `*.ts` and `temp*`: most patterns there are. */
function simple(source: string): Segment | undefined {
  const [, before = "", after = ""] = /^([^*?[\\]*)\*([^*?[\\]*)$/.exec(source) ?? [];
  if (before === "" && after === "") return source === "*" ? () => true : undefined;
  return (name) => name.length >= before.length + after.length && name.startsWith(before) && name.endsWith(after);
}

const general = (tokens: readonly Token[]): Segment => {
  return (name) => matchRuns(tokens, [...name]);
};

function tokensOf(source: string): readonly Token[] {
  const chars = [...source];
  const tokens: Token[] = [];
  for (let i = 0; i < chars.length; i++) {
    const char = chars[i] ?? "";
    const set = char === "[" ? setAt(chars, i) : undefined;
    if (char === "*") tokens.push(anyRun);
    else if (char === "?") tokens.push(() => true);
    else if (set !== undefined) {
      tokens.push(set.matches);
      i = set.end;
    } else tokens.push(exactly(char === "\\" ? (chars[++i] ?? "\\") : char));
  }
  return tokens;
}

/** A bracket that stands first in its set, or behind a `\`, belongs to the set. */
function setAt(chars: readonly string[], start: number): { readonly matches: (char: string) => boolean; readonly end: number } | undefined {
  const negated = chars[start + 1] === "!" || chars[start + 1] === "^";
  const first = start + (negated ? 2 : 1);
  const ranges: (readonly [number, number])[] = [];
  for (let i = first; i < chars.length; i++) {
    if (chars[i] === "]" && i > first) {
      const within = (char: string) => ranges.some(([low, high]) => code(char) >= low && code(char) <= high);
      return { matches: negated ? (char) => !within(char) : within, end: i };
    }
    if (chars[i] === "\\") i++;
    const low = chars[i];
    if (low === undefined) return undefined;
    const isRange = chars[i + 1] === "-" && chars[i + 2] !== undefined && chars[i + 2] !== "]";
    if (isRange) i += chars[i + 2] === "\\" ? 3 : 2;
    ranges.push([code(low), code(chars[i] ?? low)]);
  }
  return undefined;
}

const exactly = (expected: string) => (char: string) => char === expected;
const code = (char: string): number => char.codePointAt(0) ?? 0;
