import type { ChangedLine } from "../chat/file-changes.ts";

const linesMax = 1_000;

/** A unified diff as lines; the header is left out, because a question names its file already. */
export function readDiff(diff: string): readonly ChangedLine[] {
  const lines = diff.replace(/\n$/, "").split("\n");
  const begin = lines.findIndex((line) => line.startsWith("@@"));
  const body = begin === -1 ? lines : lines.slice(begin + 1);
  const read = body.slice(0, linesMax).flatMap(lineOf);
  return body.length > linesMax ? [...read, { kind: "gap", text: `${body.length - linesMax} more lines` }] : read;
}

function lineOf(line: string): readonly ChangedLine[] {
  const text = line.slice(1);
  if (line.startsWith("@@")) return [{ kind: "gap", text: "" }];
  if (line.startsWith("+")) return [{ kind: "added", text }];
  if (line.startsWith("-")) return [{ kind: "removed", text }];
  if (line.startsWith("\\")) return [];
  return [line.startsWith(" ") || line === "" ? { kind: "same", text } : { kind: "gap", text: line }];
}
