/** An event that adds text to what came before, and does nothing else. */
export interface Piece {
  /** What the text belongs to. Pieces of one lane that follow each other say the same as one with their joined text. */
  readonly lane: string;
  readonly text: string;
  readonly chunk: ChatChunk;
}

/** `undefined` for every event that is not surely a piece: a first, a last, one with usage, an error, two texts at once, no JSON. */
export function pieceOf(event: string): Piece | undefined {
  if (!event.startsWith("data:") || event.indexOf("\n") !== event.length - 2) return undefined;
  const chunk = parsed(event.slice("data:".length));
  if (chunk?.error !== undefined || !isAbsent(chunk?.usage) || chunk?.choices?.length !== 1) return undefined;
  const [choice] = chunk.choices;
  const delta = choice?.delta;
  if (!isAbsent(choice?.finish_reason) || !isAbsent(delta?.refusal) || delta === null || delta === undefined) return undefined;
  if (!isAbsent(delta.role) && delta.role !== "assistant") return undefined;
  return textPiece(chunk, delta);
}

/** The piece's event with another text. */
export function withText({ lane, chunk }: Piece, text: string): string {
  const [choice] = chunk.choices ?? [];
  const delta = { ...choice?.delta };
  const [call] = delta.tool_calls ?? [];
  const changed = call === undefined ? { [lane]: text } : { tool_calls: [{ ...call, function: { ...call.function, arguments: text } }] };
  return `data: ${JSON.stringify({ ...chunk, choices: [{ ...choice, delta: { ...delta, ...changed } }] })}\n\n`;
}

const textLanes = ["content", "reasoning_content", "reasoning"] as const;

function textPiece(chunk: ChatChunk, delta: ChatDelta): Piece | undefined {
  let piece = toolPiece(chunk, delta);
  if (piece === undefined && !isEmpty(delta.tool_calls)) return undefined;
  for (const lane of textLanes) {
    const text = delta[lane];
    if (isEmpty(text)) continue;
    if (typeof text !== "string" || piece !== undefined) return undefined;
    piece = { lane, text, chunk };
  }
  return piece;
}

/** More of a call's arguments. A piece that names its call may begin another. */
function toolPiece(chunk: ChatChunk, { tool_calls }: ChatDelta): Piece | undefined {
  if (!Array.isArray(tool_calls) || tool_calls.length !== 1) return undefined;
  const [call] = tool_calls as readonly (ChatCall | null)[];
  const text = call?.function?.arguments;
  if (typeof call?.index !== "number" || typeof text !== "string" || text === "") return undefined;
  if (!isEmpty(call.id) || !isEmpty(call.function?.name) || !isAbsent(call.extra_content)) return undefined;
  return { lane: `call ${call.index}`, text, chunk };
}

/** What is read of a chunk; all of it may be missing, or something else. */
interface ChatChunk {
  readonly error?: unknown;
  readonly usage?: unknown;
  readonly choices?: readonly ChatChoice[];
}
interface ChatChoice {
  readonly delta?: ChatDelta | null;
  readonly finish_reason?: unknown;
}
interface ChatDelta {
  readonly role?: unknown;
  readonly content?: unknown;
  readonly reasoning_content?: unknown;
  readonly reasoning?: unknown;
  readonly refusal?: unknown;
  readonly tool_calls?: readonly ChatCall[] | null;
}
interface ChatCall {
  readonly index?: unknown;
  readonly id?: unknown;
  readonly function?: { readonly name?: unknown; readonly arguments?: unknown };
  readonly extra_content?: unknown;
}

const isAbsent = (value: unknown): boolean => value === undefined || value === null || value === "";
const isEmpty = (value: unknown): boolean => isAbsent(value) || (Array.isArray(value) && value.length === 0);

function parsed(json: string): ChatChunk | undefined {
  try {
    const value = JSON.parse(json);
    return typeof value === "object" && value !== null && Array.isArray(value.choices ?? []) ? value : undefined;
  } catch {
    return undefined;
  }
}
