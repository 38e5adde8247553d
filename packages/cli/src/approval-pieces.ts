import type { Approval } from "@dispatch/wire";
import { age } from "./age.ts";
import { shortIdChars } from "./conversation-id.ts";
import { oneLine } from "./one-line.ts";
import type { Piece } from "./screen.ts";

/** What a diff shows better. */
const shownByDiff: ReadonlySet<string> = new Set(["content", "edits"]);

export const shortId = (id: string): string => oneLine(id).slice(0, shortIdChars);

/** One question with all that a person should see before a yes. Foreign text stands behind a bar, so that none of it looks like ours. */
export function approvalPieces(
  { id, toolName, conversationId, why, input, diff, grants, scopes, askedAt }: Approval,
  nowMs: number,
): readonly Piece[] {
  const wider = scopes.filter((scope) => scope !== "once");
  return [
    { text: `${shortId(id)} ${oneLine(toolName)}`, tone: "strong", ownLine: true },
    { text: ` | conversation ${shortId(conversationId)} | ${age(askedAt, nowMs)}\n` },
    { text: `  ${oneLine(why)}\n` },
    ...fieldsOf(input, diff !== null).flatMap(([name, value]) => fieldPieces(name, value)),
    ...(diff === null ? [] : [{ text: barred(diff) }]),
    ...(wider.length === 0 ? [] : [{ text: `  With --scope ${wider.join(" or ")}: ${oneLine(grants)}\n`, tone: "quiet" } as const]),
  ];
}

function fieldsOf(input: unknown, hasDiff: boolean): readonly (readonly [string, unknown])[] {
  if (typeof input !== "object" || input === null || Array.isArray(input)) return [["input", input]];
  return Object.entries(input).filter(([name]) => !(hasDiff && shownByDiff.has(name)));
}

function fieldPieces(name: string, value: unknown): readonly Piece[] {
  const text = typeof value === "string" ? value : (JSON.stringify(value, null, 2) ?? "");
  const isShort = !text.includes("\n") && text.length <= 200;
  return [{ text: `  ${oneLine(name)}:`, tone: "quiet" }, { text: isShort ? ` ${text}\n` : `\n${barred(text)}` }];
}

const barred = (text: string): string =>
  text
    .replace(/\r?\n$/, "")
    .split("\n")
    .map((line) => `  │ ${line}\n`)
    .join("");

/** What became of a question. */
export function settledText({ id, toolName, status, answer }: Approval): string {
  const what = `${shortId(id)} ${oneLine(toolName)}`;
  if (answer === undefined) return `${what}: ${status}.`;
  const scope = answer.scope === undefined || answer.scope === "once" ? "" : ` (${answer.scope})`;
  return `${what}: ${status}${scope} by ${oneLine(answer.by)}.`;
}
