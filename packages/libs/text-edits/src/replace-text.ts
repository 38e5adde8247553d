/** A short text in many places could become a long one in each. */
export const resultCharsMax = 10 * 1024 * 1024;

export interface Edit {
  readonly old: string;
  readonly new: string;
  readonly replaceAll?: boolean | undefined;
}

export type Replaced =
  | { readonly text: string; readonly count: number }
  /** On which lines the searched text begins. Empty: nowhere. More than one: not unique. */
  | { readonly foundOn: readonly number[] }
  /** The result would be longer than is allowed, and was not made. */
  | { readonly tooLong: true };

/**
 * Replaces text exactly. A line break is a line break: `\n` in what is searched finds `\r\n` too, and what comes in takes the line breaks
 * that stand where it comes in. Every other character of the text stays as it is.
 */
export function replaceText(text: string, edit: Edit): Replaced {
  const view = unixBreaks(text);
  const starts = occurrences(view, unixBreaks(edit.old));
  if (starts.length === 0 || (starts.length > 1 && edit.replaceAll !== true)) return { foundOn: linesOf(view, starts) };
  const length = unixBreaks(edit.old).length;
  const replacement = unixBreaks(edit.new);
  if (text.length + starts.length * (replacement.length - length) > resultCharsMax) return { tooLong: true };
  const windows = replacement.replaceAll("\n", "\r\n");
  const toText = positions(text, view);
  const nextBreak = lineBreaks(text);
  const lastBreak = text.lastIndexOf("\n");
  let result = "";
  let end = 0;
  for (const start of starts) {
    const from = toText(start);
    result += text.slice(end, from);
    end = toText(start + length);
    // What comes in takes the break that comes next; at the end of the text, the one before.
    const at = from > lastBreak ? lastBreak : nextBreak(from);
    result += at > 0 && text[at - 1] === "\r" ? windows : replacement;
  }
  return { text: result + text.slice(end), count: starts.length };
}

export const unixBreaks = (text: string): string => text.replaceAll("\r\n", "\n");

function occurrences(text: string, searched: string): readonly number[] {
  const starts: number[] = [];
  for (let at = text.indexOf(searched); at >= 0; at = text.indexOf(searched, at + searched.length)) starts.push(at);
  return starts;
}

function linesOf(text: string, ascending: readonly number[]): readonly number[] {
  const nextBreak = lineBreaks(text);
  let line = 1;
  let at = 0;
  return ascending.map((start) => {
    for (let end = nextBreak(at); end >= 0 && end < start; end = nextBreak(at)) {
      line += 1;
      at = end + 1;
    }
    return line;
  });
}

/** From a position in the view to the one in the text. To be asked in ascending order. */
function positions(text: string, view: string): (at: number) => number {
  if (text.length === view.length) return (at) => at;
  const nextBreak = lineBreaks(view);
  let inText = 0;
  let inView = 0;
  return (at) => {
    for (let end = nextBreak(inView); end >= 0 && end < at; end = nextBreak(inView)) {
      inText += end - inView;
      inText += text[inText] === "\r" ? 2 : 1;
      inView = end + 1;
    }
    return inText + (at - inView);
  };
}

/** The first line break at or behind a place, or -1. To be asked in ascending order, so that a line is looked through once, however long. */
function lineBreaks(text: string): (from: number) => number {
  let next = text.indexOf("\n");
  return (from) => {
    if (next >= 0 && next < from) next = text.indexOf("\n", from);
    return next;
  };
}
