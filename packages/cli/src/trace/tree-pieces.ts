import type { StoredRecord } from "@dispatch/trace-store";
import { spanTree, type TraceNode } from "@dispatch/trace-store/reading";
import { oneLine } from "../one-line.ts";
import type { Piece } from "../screen.ts";
import { attributeText } from "./attribute-text.ts";
import { duration, size } from "./measures.ts";

const nameCharsMax = 200;
/** What is nested deeper stands no further to the right. */
const indentLevelsMax = 40;

/** A turn as an indented tree, a line for each span and each thing that was logged. */
export function treePieces(records: readonly StoredRecord[]): readonly Piece[] {
  const pieces: Piece[] = [];
  const waiting = spanTree(records)
    .map((node) => ({ node, level: 0 }))
    .reverse();
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { node, level } = next;
    pieces.push({ text: "  ".repeat(Math.min(level, indentLevelsMax)) }, ...linePieces(node));
    for (const child of node.children.toReversed()) waiting.push({ node: child, level: level + 1 });
  }
  return pieces;
}

function linePieces({ record, isOpen, bodySizeBytes }: TraceNode): readonly Piece[] {
  const rest = {
    text: `${attributeText(record.attributes)}${bodySizeBytes === undefined ? "" : ` [body ${size(bodySizeBytes)}]`}\n`,
    tone: "quiet" as const,
  };
  if (record.kind === "log") {
    const isBad = record.level === "error" || record.level === "warn";
    const tag = record.level === "info" ? "" : `[${record.level}] `;
    return [{ text: `- ${tag}${short(record.msg)}`, ...(isBad ? { tone: "bad" as const } : {}) }, rest];
  }
  const name: Piece = { text: `- ${short(record.name)}`, tone: "strong" };
  if (isOpen || record.kind === "span-open") return [name, { text: " (open)" }, rest];
  const failed: readonly Piece[] = record.status === "error" ? [{ text: " ERR", tone: "bad" }] : [];
  return [name, { text: ` ${duration(record.durationMs)}` }, ...failed, rest];
}

function short(text: string): string {
  const line = oneLine(text.slice(0, nameCharsMax * 2));
  return line.length > nameCharsMax ? `${line.slice(0, nameCharsMax).toWellFormed()}…` : line;
}
