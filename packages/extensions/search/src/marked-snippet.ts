import { joinLetters } from "./separate-letters.ts";

/** What the index writes around a match. They are taken out of every text before it is stored. */
export const markStart = "\u0001";
export const markEnd = "\u0002";

export interface Snippet {
  readonly snippet: string;
  /** In UTF-16 units of the snippet; `end` is excluded. */
  readonly matches: readonly { readonly start: number; readonly end: number }[];
}

const snippetCharsMax = 400;
const leadCharsMax = 100;

// biome-ignore lint/suspicious/noControlCharactersInRegex: the marks, and what would end a text
const marks = /[\u0000-\u0002]/g;

export const withoutMarks = (text: string): string => text.replace(marks, " ");

/** Text with marks as plain text and ranges. What is too long is cut to what stands around the first match. */
export function markedSnippet(marked: string): Snippet {
  const text = joinLetters(marked);
  const matches: { start: number; end: number }[] = [];
  let plain = "";
  let start = 0;
  for (let at = 0; at < text.length; ) {
    const mark = nextMark(text, at);
    plain += text.slice(at, mark);
    if (text[mark] === markStart) start = plain.length;
    else if (text[mark] === markEnd) matches.push({ start, end: plain.length });
    at = mark + 1;
  }
  return clipped(plain, joined(matches));
}

function nextMark(text: string, from: number): number {
  for (let at = from; at < text.length; at++) if (text[at] === markStart || text[at] === markEnd) return at;
  return text.length;
}

/** Letters that were separated are marked one by one. */
function joined(matches: readonly { readonly start: number; readonly end: number }[]): Snippet["matches"] {
  const whole: { start: number; end: number }[] = [];
  for (const match of matches) {
    const last = whole.at(-1);
    if (last !== undefined && last.end === match.start) last.end = match.end;
    else whole.push({ ...match });
  }
  return whole;
}

function clipped(text: string, matches: Snippet["matches"]): Snippet {
  if (text.length <= snippetCharsMax) return { snippet: text, matches };
  const from = wholeCharacter(text, Math.max((matches[0]?.start ?? 0) - leadCharsMax, 0));
  const to = wholeCharacter(text, Math.min(from + snippetCharsMax, text.length));
  const before = from === 0 ? "" : "…";
  const shown = matches.flatMap(({ start, end }) =>
    start >= to ? [] : [{ start: start - from + before.length, end: Math.min(end, to) - from + before.length }],
  );
  return { snippet: `${before}${text.slice(from, to)}${to === text.length ? "" : "…"}`, matches: shown };
}

const wholeCharacter = (text: string, at: number): number => (/[\udc00-\udfff]/.test(text.charAt(at)) ? at - 1 : at);
