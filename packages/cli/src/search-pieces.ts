import type { searchConversations } from "@dispatch/transport-contract";
import type { z } from "zod";
import { age } from "./age.ts";
import { shortIdChars } from "./conversation-id.ts";
import { oneLine } from "./one-line.ts";
import type { Piece } from "./screen.ts";

type Answer = z.output<(typeof searchConversations)["output"]>;
type Result = Answer["results"][number];

/** Each conversation once, as `list` shows it, and below it where the words stand. What is missing is told beside the results. */
export function searchPieces({ results, indexing, progress = 0 }: Answer, nowMs: number): readonly Piece[] {
  const pieces = results.flatMap((result, at) => [
    ...(results[at - 1]?.conversationId === result.conversationId ? [] : heading(result, nowMs)),
    ...(result.seq === 0 ? [] : [{ text: `  ${oneLine(result.role ?? result.kind)}: `, tone: "quiet" as const }, ...snippet(result)]),
  ]);
  if (indexing) return [...pieces, note(`Still indexing (${Math.floor(progress * 100)}%): there may be more. Search again in a while.`)];
  return pieces.length === 0 ? [note("Nothing found.")] : pieces;
}

const heading = ({ conversationId, title, lastActivityAt }: Result, nowMs: number): readonly Piece[] => [
  { text: oneLine(conversationId).slice(0, shortIdChars), tone: "strong" },
  { text: ` | ${oneLine(title)} | ` },
  { text: `${age(lastActivityAt, nowMs)}\n`, tone: "quiet" },
];

/** The snippet is untrusted, and so are its ranges: whatever they say, each character comes once. */
function snippet({ snippet: text, matches }: Result): readonly Piece[] {
  const pieces: Piece[] = [];
  let at = 0;
  for (const { start, end } of matches) {
    const from = Math.min(Math.max(start, at), text.length);
    const to = Math.min(Math.max(end, from), text.length);
    pieces.push({ text: spaced(text.slice(at, from)) }, { text: spaced(text.slice(from, to)), tone: "strong" });
    at = to;
  }
  return [...pieces, { text: `${spaced(text.slice(at)).trimEnd()}\n` }];
}

const spaced = (text: string): string => text.replace(/\s+/g, " ");

const note = (text: string): Piece => ({ text: `${text}\n`, to: "stderr", ownLine: true });
