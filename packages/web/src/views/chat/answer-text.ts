import type { Row } from "../../store/rows.ts";

/** What the model said in the turn that ends with a row, without its thoughts and what its tools gave. */
export function answerBefore(rows: readonly Row[], end: Row): string {
  const before = rows.slice(0, Math.max(0, rows.indexOf(end)));
  const beginning = before.findLastIndex(({ kind }) => kind === "figures");
  return before
    .slice(beginning + 1)
    .flatMap((row) => (row.kind === "text" ? [row.text] : []))
    .join("\n\n");
}
