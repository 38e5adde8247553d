import type { Row } from "./rows.ts";

/** Of a long text that stands as several rows: the one that holds a word that was looked for. Nothing of it is built yet, so its text is asked. */
export function targetRow(rows: readonly Row[], key: string, words: readonly string[]): Row | undefined {
  const pieces = rows.filter((row) => row.key === key || row.key.startsWith(`${key}.`));
  return pieces.find((row) => "text" in row && words.some((word) => row.text.toLowerCase().includes(word))) ?? pieces[0];
}
