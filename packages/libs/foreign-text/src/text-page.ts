export const pageCharactersMax = 30_000;
const slackMax = 1_000;

/** Where the page that begins at `offset` ends: behind a line, else behind a word, never within a character. */
export function pageEnd(text: string, offset: number): number {
  const last = offset + pageCharactersMax;
  if (last >= text.length) return text.length;
  for (const gap of ["\n", " "]) {
    const end = text.lastIndexOf(gap, last - 1) + 1;
    if (end > last - slackMax) return end;
  }
  return isSplit(text, last) ? last - 1 : last;
}

/** The same for a beginning that a model made up. */
export const pageStart = (text: string, offset: number): number => (isSplit(text, offset) ? offset - 1 : offset);

const isSplit = (text: string, at: number): boolean => /[\ud800-\udbff]/.test(text[at - 1] ?? "") && /[\udc00-\udfff]/.test(text[at] ?? "");
