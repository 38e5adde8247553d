export interface Edit {
  readonly old: string;
  readonly new: string;
  readonly replaceAll?: boolean | undefined;
}

export type Replaced =
  | { readonly text: string; readonly count: number }
  /** On which lines the searched text begins. Empty: nowhere. More than one: not unique. */
  | { readonly foundOn: readonly number[] };

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
  const toText = positions(text, view);
  let result = "";
  let end = 0;
  for (const start of starts) {
    const from = toText(start);
    result += text.slice(end, from);
    end = toText(start + length);
    result += breaksAt(text, from, end) === "\r\n" ? replacement.replaceAll("\n", "\r\n") : replacement;
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
  let line = 1;
  let at = 0;
  return ascending.map((start) => {
    for (let end = text.indexOf("\n", at); end >= 0 && end < start; end = text.indexOf("\n", at)) {
      line += 1;
      at = end + 1;
    }
    return line;
  });
}

/** From a position in the view to the one in the text. To be asked in ascending order. */
function positions(text: string, view: string): (at: number) => number {
  if (text.length === view.length) return (at) => at;
  let inText = 0;
  let inView = 0;
  return (at) => {
    for (let end = view.indexOf("\n", inView); end >= 0 && end < at; end = view.indexOf("\n", inView)) {
      inText += end - inView;
      inText += text[inText] === "\r" ? 2 : 1;
      inView = end + 1;
    }
    return inText + (at - inView);
  };
}

/** The breaks of what is replaced; where it holds none, of the line that it stands on; at the end of a text, of the line before. */
function breaksAt(text: string, from: number, end: number): "\n" | "\r\n" {
  const inside = text.slice(from, end).indexOf("\n");
  const after = inside >= 0 ? from + inside : text.indexOf("\n", end);
  const at = after >= 0 ? after : text.lastIndexOf("\n", from);
  return at > 0 && text[at - 1] === "\r" ? "\r\n" : "\n";
}
