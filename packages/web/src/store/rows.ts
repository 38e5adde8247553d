import type { Chunk, ImageInput, StoredChunk, TurnMetrics } from "@dispatch/wire";
import type { LiveFigures, LiveTurn, Part, Retry } from "./live-turn.ts";
import { piecesOf, shownPieces } from "./text-pieces.ts";

/** What the transcript shows, from top to bottom. A row's key outlives the change from live to logged, so that nothing is built twice. */
export type Row =
  | UserRow
  | TextRow
  | ToolRow
  | { readonly kind: "error"; readonly key: string; readonly message: string; readonly code?: string }
  | { readonly kind: "figures"; readonly key: string; readonly turnId: string; readonly figures: LiveFigures }
  | { readonly kind: "working"; readonly key: string; readonly retry?: Retry };

export interface TextRow {
  readonly kind: "text" | "thinking" | "summary";
  readonly key: string;
  readonly text: string;
  readonly live: boolean;
}

export interface UserRow {
  readonly kind: "user";
  readonly key: string;
  readonly text: string;
  readonly images: readonly ImageInput[];
  /** Absent once the server has it. */
  readonly delivery?: "waiting" | "sending" | "failed";
  readonly why?: string;
}

export interface ToolRow {
  readonly kind: "tool";
  readonly key: string;
  readonly toolCallId: string;
  readonly toolName: string;
  readonly input: unknown;
  /** While it runs; afterwards the result says it. */
  readonly output: string;
  readonly result?: { readonly content: string; readonly isError: boolean; readonly durationMs?: number };
  /** Its turn still runs: a call without a result is not a lost one. */
  readonly live: boolean;
}

/** `keys`: of rows that were shown before the log held them, by the seq of their chunk. `figures`: of turns, by the seq of their last chunk. */
export function logRows(
  log: readonly StoredChunk[],
  keys: ReadonlyMap<number, string>,
  figures: ReadonlyMap<number, TurnMetrics> = new Map(),
): readonly Row[] {
  const rows: Row[] = [];
  const calls = new Map<string, number>();
  let before: StoredChunk | undefined;
  for (const stored of log) {
    const key = keys.get(stored.seq) ?? `c${stored.seq}`;
    if (stored.role === "user") addUser(rows, key, stored.chunk, before?.messageId === stored.messageId);
    else addChunk(rows, calls, key, stored);
    const turn = figures.get(stored.seq);
    if (turn !== undefined) rows.push({ kind: "figures", key: `${turn.turnId}/end`, turnId: turn.turnId, figures: figuresOf(turn) });
    before = stored;
  }
  return rows;
}

/** The key of the row that shows a chunk: results stand with their calls, and what a person said at once stands together. */
export function rowKeyOf(log: readonly StoredChunk[], keys: ReadonlyMap<number, string>, seq: number): string | undefined {
  const at = log.findIndex((stored) => stored.seq === seq);
  const stored = log[at];
  if (stored === undefined) return undefined;
  let shown = stored;
  const { chunk } = stored;
  if (chunk.type === "tool-result")
    shown = log.slice(0, at).findLast((one) => one.chunk.type === "tool-call" && one.chunk.toolCallId === chunk.toolCallId) ?? stored;
  else if (stored.role === "user") shown = log.find(({ messageId, role }) => role === "user" && messageId === stored.messageId) ?? stored;
  return keys.get(shown.seq) ?? `c${shown.seq}`;
}

function addChunk(rows: Row[], calls: Map<string, number>, key: string, { role, chunk }: StoredChunk): void {
  switch (chunk.type) {
    case "text":
      rows.push(...textRows(role === "system" ? "summary" : "text", key, chunk.text));
      return;
    case "system":
      rows.push(...textRows("summary", key, chunk.text));
      return;
    case "thinking":
      rows.push(...textRows("thinking", key, chunk.text));
      return;
    case "image":
      rows.push({ kind: "user", key, text: "", images: [chunk] });
      return;
    case "error":
      rows.push({ kind: "error", key, message: chunk.message, ...(chunk.code === undefined ? {} : { code: chunk.code }) });
      return;
    case "tool-call": {
      const { toolCallId, toolName, input } = chunk;
      calls.set(toolCallId, rows.push({ kind: "tool", key, toolCallId, toolName, input, output: "", live: false }) - 1);
      return;
    }
    case "tool-result": {
      const { toolCallId, toolName, content, isError } = chunk;
      const at = calls.get(toolCallId);
      const call = at === undefined ? undefined : rows[at];
      const result = { content, isError };
      if (at === undefined || call?.kind !== "tool")
        rows.push({ kind: "tool", key, toolCallId, toolName, input: null, output: "", live: false, result });
      else rows[at] = { ...call, result };
    }
  }
}

/** One message is one row, with its images. */
function addUser(rows: Row[], key: string, chunk: Chunk, joins: boolean): void {
  const last = rows.at(-1);
  const text = "text" in chunk ? chunk.text : "";
  const images = chunk.type === "image" ? [chunk] : [];
  if (joins && last?.kind === "user") rows[rows.length - 1] = { ...last, text: last.text + text, images: [...last.images, ...images] };
  else rows.push({ kind: "user", key, text, images });
}

const partRows = new WeakMap<Part, { readonly live: boolean; readonly rows: readonly Row[] }>();

/** A part that did not change gives the very rows that it gave before. */
export function liveRows(turn: LiveTurn): readonly Row[] {
  const running = turn.phase === "running" || turn.phase === "doubtful";
  const prompt: readonly Row[] =
    turn.prompt === undefined ? [] : [{ kind: "user", key: turn.promptKey, text: turn.prompt, images: turn.images }];
  const parts = turn.parts.flatMap((part, index) => {
    const live = running && (part.kind === "tool" ? part.result === undefined : index === turn.parts.length - 1);
    const known = partRows.get(part);
    if (known?.live === live) return known.rows;
    const rows = rowsOfPart(part, `${turn.turnId}/${index}`, live);
    partRows.set(part, { live, rows });
    return rows;
  });
  return [...prompt, ...parts, ...endRows(turn, running)];
}

/** Text that streams says by itself that the turn runs: what would move before it is left out. */
function endRows({ turnId, figures, retry, parts }: LiveTurn, running: boolean): readonly Row[] {
  if (!running) return [{ kind: "figures", key: `${turnId}/end`, turnId, figures }];
  if (retry === undefined && parts.at(-1)?.kind === "text") return [];
  return [{ kind: "working", key: `${turnId}/working`, ...(retry === undefined ? {} : { retry }) }];
}

function rowsOfPart(part: Part, key: string, live: boolean): readonly Row[] {
  switch (part.kind) {
    case "text":
    case "thinking":
      return piecesRows(part.kind, key, shownPieces(part.pieces), live);
    case "tool":
      return [{ ...part, key, live }];
    case "user":
      return [{ kind: "user", key, text: part.text, images: [] }];
    case "error":
      return [{ ...part, key }];
  }
}

const textRows = (kind: "text" | "thinking" | "summary", key: string, text: string): readonly Row[] =>
  piecesRows(kind, key, shownPieces(piecesOf(text)), false);

const piecesRows = (kind: "text" | "thinking" | "summary", key: string, pieces: readonly string[], live: boolean): readonly Row[] =>
  pieces.map((text, index) => ({ kind, key: index === 0 ? key : `${key}.${index}`, text, live: live && index === pieces.length - 1 }));

function figuresOf({ usage, durationMs, contextSize, steps, reason }: TurnMetrics): LiveFigures {
  const ttftMs = steps[0]?.ttftMs;
  return {
    usage,
    ...(durationMs === undefined ? {} : { durationMs }),
    ...(contextSize === undefined ? {} : { contextSize }),
    ...(ttftMs === undefined ? {} : { ttftMs }),
    ...(reason === undefined ? {} : { reason }),
  };
}
