import { diffLines } from "diff";
import { textIn } from "./tool-summary.ts";

export interface ChangedLine {
  readonly kind: "added" | "removed" | "same" | "gap";
  readonly text: string;
}

const linesMax = 400;
const charsMax = 60_000;
const contextLines = 3;

/** What a call that changes a file says it changes, as lines; `undefined` for a call that does not tell, or tells too much to compare. */
export function changesOf(toolName: string, input: unknown): readonly ChangedLine[] | undefined {
  if (toolName === "write_file") return bounded(linesOf(textIn(input, "content").slice(0, charsMax), "added"));
  if (toolName !== "edit_file") return undefined;
  const edits = (input as { edits?: unknown } | null)?.edits;
  if (!Array.isArray(edits)) return undefined;
  const changed = edits.map((edit) => lineChanges(textIn(edit, "old"), textIn(edit, "new")));
  return bounded(changed.flatMap((lines, index) => (index === 0 ? lines : [{ kind: "gap", text: "" } as const, ...lines])));
}

function lineChanges(before: string, after: string): readonly ChangedLine[] {
  if (before.length + after.length > charsMax)
    return [...linesOf(before.slice(0, charsMax / 2), "removed"), ...linesOf(after.slice(0, charsMax / 2), "added")];
  const parts = diffLines(before, after, { timeout: 200 }) ?? [];
  return folded(parts.flatMap(({ value, added, removed }) => linesOf(value, added ? "added" : removed ? "removed" : "same")));
}

/** Long stretches without a change are left out. */
function folded(lines: readonly ChangedLine[]): readonly ChangedLine[] {
  const near = lines.map((_, at) => lines.slice(Math.max(0, at - contextLines), at + contextLines + 1).some(({ kind }) => kind !== "same"));
  return lines.flatMap((line, at) => (near[at] === true ? [line] : near[at - 1] === true ? [{ kind: "gap", text: "" } as const] : []));
}

function linesOf(text: string, kind: ChangedLine["kind"]): readonly ChangedLine[] {
  const lines = (text.endsWith("\n") ? text.slice(0, -1) : text).split("\n");
  return text === "" ? [] : lines.map((line) => ({ kind, text: line }));
}

const bounded = (lines: readonly ChangedLine[]): readonly ChangedLine[] =>
  lines.length > linesMax ? [...lines.slice(0, linesMax), { kind: "gap", text: "" }] : lines;
