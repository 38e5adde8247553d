/** Without what no reader sees: control characters, and the tag characters of Unicode, which spell words for models alone. */
export const plainText = (text: string): string => text.replace(/\r\n?/g, "\n").replace(unseen, "");

// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it looks for.
const unseen = /[\0-\x08\x0b-\x1f\x7f-\x9f\u{e0000}-\u{e007f}]/gu;

export function oneLine(text: string, charactersMax: number): string {
  const line = plainText(text).replace(/\s+/g, " ").trim();
  return line.length > charactersMax ? `${line.slice(0, charactersMax - 1).toWellFormed()}…` : line;
}
