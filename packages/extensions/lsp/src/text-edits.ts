import type { TextEdit } from "vscode-languageserver-types";
import { isRange } from "./diagnostics.ts";
import { pathOf } from "./uris.ts";

/** What a server would change. */
export interface PlannedEdits {
  /** By absolute path. */
  readonly files: ReadonlyMap<string, readonly TextEdit[]>;
  /** Files that it would make, rename or delete, in words. */
  readonly others: readonly string[];
}

/** Of a `WorkspaceEdit`, in either of its two forms. What is no edit is left out. */
export function plannedEdits(answer: unknown): PlannedEdits {
  const files = new Map<string, readonly TextEdit[]>();
  const others: string[] = [];
  const add = (uri: unknown, edits: unknown) => {
    const path = pathOf(uri);
    if (path === undefined || !Array.isArray(edits)) return;
    files.set(path, [...(files.get(path) ?? []), ...edits.filter(isEdit)]);
  };
  const { changes, documentChanges } = (answer ?? {}) as { readonly changes?: unknown; readonly documentChanges?: unknown };
  if (Array.isArray(documentChanges)) {
    for (const change of documentChanges as readonly ({ readonly [field: string]: unknown } | null)[]) {
      if (change?.textDocument !== undefined) add((change.textDocument as { readonly uri?: unknown } | null)?.uri, change.edits);
      else if (typeof change?.kind === "string") others.push(`${change.kind} ${pathOf(change.uri ?? change.oldUri) ?? "a file"}`);
    }
  } else for (const [uri, edits] of Object.entries(changes ?? {})) add(uri, edits);
  return { files, others };
}

function isEdit(given: unknown): given is TextEdit {
  const { range, newText } = (given ?? {}) as { readonly [field: string]: unknown };
  return typeof newText === "string" && isRange(range);
}

/** Edits of one text, all counted in the text as it is. `undefined` when two overlap. */
export function applyTextEdits(text: string, edits: readonly TextEdit[]): string | undefined {
  const starts = lineStarts(text);
  const offsetOf = ({ line, character }: { readonly line: number; readonly character: number }) => {
    const start = starts[Math.max(0, line)];
    if (start === undefined) return text.length;
    const end = start + (/[\r\n]/.exec(text.slice(start, starts[line + 1]))?.index ?? text.length);
    return Math.min(start + Math.max(0, character), end, text.length);
  };
  const placed = edits
    .map(({ range, newText }) => ({ from: offsetOf(range.start), to: offsetOf(range.end), newText }))
    .sort((a, b) => a.from - b.from || a.to - b.to);
  let result = "";
  let at = 0;
  for (const { from, to, newText } of placed) {
    if (from < at || to < from) return undefined;
    result += text.slice(at, from) + newText;
    at = to;
  }
  return result + text.slice(at);
}

function lineStarts(text: string): readonly number[] {
  const starts = [0];
  for (const match of text.matchAll(/\r\n|\r|\n/g)) starts.push(match.index + match[0].length);
  return starts;
}
