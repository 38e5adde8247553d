import type { Prompt } from "./turns.ts";

/** What a list of texts shows: a title, or a piece of text. */
export type TextRow =
  | { readonly kind: "title"; readonly key: string; readonly title: string; readonly about: string; readonly text: string }
  | { readonly kind: "text"; readonly key: string; readonly text: string };

const pieceCharsMax = 4_000;
const lineHeight = 20;
const titleHeight = 57;

/** Pieces that each can be shown by itself: behind a line where there is one, never inside a character. */
export function textRows(key: string, text: string): readonly TextRow[] {
  const rows: TextRow[] = [];
  for (let from = 0; from < text.length || rows.length === 0; ) {
    const end = pieceEnd(text, from);
    rows.push({ kind: "text", key: `${key}/${from}`, text: text.slice(from, end) });
    from = Math.max(end, from + 1);
  }
  return rows;
}

function pieceEnd(text: string, from: number): number {
  const most = from + pieceCharsMax;
  if (most >= text.length) return text.length;
  const line = text.lastIndexOf("\n", most - 1);
  if (line > from + pieceCharsMax / 2) return line + 1;
  const unit = text.charCodeAt(most - 1);
  return unit >= 0xd800 && unit <= 0xdbff ? most - 1 : most;
}

type Entry = Prompt["entries"][number];

export function promptRows(entries: readonly Entry[]): readonly TextRow[] {
  return entries.flatMap((entry, index) => {
    const { text, chars } = entry;
    const rest =
      chars > text.length
        ? [{ kind: "text", key: `${index}/rest`, text: `… ${(chars - text.length).toLocaleString("en")} more characters` } as const]
        : [];
    return [
      { kind: "title", key: `${index}`, title: titleOf(entry), about: aboutOf(entry), text } as const,
      ...(text === "" ? [] : textRows(`${index}`, text)),
      ...rest,
    ];
  });
}

function titleOf({ part, message, role, type }: Entry): string {
  if (part === "system") return "System prompt";
  if (part === "tools") return "Tools";
  return `Message ${message}${role === undefined ? "" : ` · ${role}`}${type === undefined || type === "text" ? "" : ` · ${type}`}`;
}

/** What is known beside the text, but for what the title says. */
function aboutOf({ about, type }: Entry): string {
  return about === "" || about === JSON.stringify({ type }) ? "" : about;
}

/** In pixels, before it was measured. `columns`: characters that a line has room for. */
export function estimateRow(row: TextRow, columns: number): number {
  if (row.kind === "title") return titleHeight + (row.about === "" ? 0 : lineHeight);
  let lines = 0;
  for (const line of row.text.split("\n")) lines += Math.max(1, Math.ceil(line.length / columns));
  return lines * lineHeight;
}
