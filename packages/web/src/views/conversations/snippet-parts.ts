export interface SnippetPart {
  readonly text: string;
  readonly marked: boolean;
}

/** A piece of a text that was found, cut where its words begin and end. Ranges that a server of another version muddles are left out. */
export function snippetParts(
  snippet: string,
  matches: readonly { readonly start: number; readonly end: number }[],
): readonly SnippetPart[] {
  const parts: SnippetPart[] = [];
  let at = 0;
  for (const { start, end } of matches.toSorted((a, b) => a.start - b.start)) {
    if (start < at || end <= start || end > snippet.length) continue;
    if (start > at) parts.push({ text: snippet.slice(at, start), marked: false });
    parts.push({ text: snippet.slice(start, end), marked: true });
    at = end;
  }
  if (at < snippet.length) parts.push({ text: snippet.slice(at), marked: false });
  return parts;
}

/** The words as they stand there, each once: what is looked for in the transcript. */
export const markedWords = (parts: readonly SnippetPart[]): readonly string[] => [
  ...new Set(parts.flatMap(({ text, marked }) => (marked ? [text.toLowerCase()] : []))),
];
