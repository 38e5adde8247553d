import type { AgentEvent, ImageInput, StoredChunk, TurnMetrics, UserMessageEvent } from "@dispatch/wire";
import { advance, type LiveTurn, openTurn } from "./live-turn.ts";
import { keysAfterSettling } from "./row-keys.ts";
import { textOf, turnBeginning } from "./turn-beginning.ts";

/** All that is known of one conversation: the log as far as it was read, and what was said since. */
export interface ConversationState {
  /** A part of the log without holes, ascending. */
  readonly log: readonly StoredChunk[];
  /** Turns that the log does not hold yet as a whole, oldest first. */
  readonly turns: readonly LiveTurn[];
  /** What this client sent and no event has confirmed. */
  readonly sends: readonly Send[];
  /** Keys of rows that were shown live, by the seq of the chunk that they became. */
  readonly keys: ReadonlyMap<number, string>;
  /** Of every sealed turn of the conversation, in order. */
  readonly metrics: readonly TurnMetrics[];
  /** The turns that the log took over last: what still comes of them says nothing new. */
  readonly settled: readonly string[];
  /** Counts connections: answers to questions of an earlier one say less. */
  readonly connection: number;
}

export interface Send {
  readonly key: string;
  readonly text: string;
  readonly images: readonly ImageInput[];
  /** The newest seq that was known when it was sent. */
  readonly after: number;
  readonly delivery: Delivery;
  readonly why?: string;
}

/** `waiting`: for a connection. `lost`: the connection went before the server answered, which may have heard it all the same. */
export type Delivery = "waiting" | "sending" | "lost" | "failed";

export type Input =
  /** `at`: when it came, by this client's clock. */
  | { readonly type: "event"; readonly event: AgentEvent; readonly at: number }
  /** A window of the log: its newest part, what came since, or a page of older chunks. */
  | {
      readonly type: "log";
      readonly chunks: readonly StoredChunk[];
      /** Turns that had ended before the log was asked: it holds all of them. */
      readonly settles: readonly string[];
      readonly connection: number;
      /** The log was read anew as a whole: what was known of it is wrong. */
      readonly anew?: true;
    }
  | { readonly type: "metrics"; readonly metrics: readonly TurnMetrics[] }
  /** A connection was made: turns that ran may have ended unseen. Replays follow. */
  | { readonly type: "connected" }
  | { readonly type: "send"; readonly send: Omit<Send, "after"> }
  | { readonly type: "delivery"; readonly key: string; readonly delivery: Delivery; readonly why?: string }
  | { readonly type: "dismiss"; readonly key: string };

export const nothingKnown: ConversationState = {
  log: [],
  turns: [],
  sends: [],
  keys: new Map(),
  metrics: [],
  settled: [],
  connection: 0,
};

const settledMax = 50;

export const cursorOf = ({ log }: ConversationState): number => log.at(-1)?.seq ?? 0;
export const isGenerating = ({ turns }: ConversationState): boolean =>
  turns.some(({ phase }) => phase === "running" || phase === "doubtful");
export const hasOlder = ({ log }: ConversationState): boolean => (log[0]?.seq ?? 1) > 1;

/** The one place where what the server says becomes what is known. */
export function reduce(state: ConversationState, input: Input): ConversationState {
  switch (input.type) {
    case "event":
      return withEvent(state, input.event, input.at);
    case "log":
      return withLog(state, input);
    case "metrics":
      return { ...state, metrics: input.metrics };
    case "connected":
      return { ...state, connection: state.connection + 1, turns: state.turns.map(doubted) };
    case "send":
      return { ...state, sends: [...state.sends, { ...input.send, after: cursorOf(state) }] };
    case "delivery": {
      const { key, delivery, why } = input;
      const change = ({ why: _, ...send }: Send): Send => ({ ...send, delivery, ...(why === undefined ? {} : { why }) });
      return { ...state, sends: state.sends.map((send) => (send.key === key ? change(send) : send)) };
    }
    case "dismiss":
      return { ...state, sends: state.sends.filter(({ key }) => key !== input.key) };
  }
}

/** What a question for the log settles when it is asked now. `active`: the server says that a turn runs, and its replay was asked for before. */
export const settlesNow = ({ turns }: ConversationState, active: boolean): readonly string[] =>
  turns.filter(({ phase }) => phase === "sealed" || (phase === "doubtful" && !active)).map(({ turnId }) => turnId);

function withEvent(state: ConversationState, event: AgentEvent, at: number): ConversationState {
  if (event.type === "status") return state;
  if (event.type === "user-message") return withPrompt(state, event);
  if (state.settled.includes(event.turnId)) return state;
  const index = state.turns.findIndex(({ turnId }) => turnId === event.turnId);
  const turn = state.turns[index];
  if (turn === undefined)
    return { ...state, turns: [...state.turns, advance(openTurn(event.turnId, `${event.turnId}/prompt`), event, at)] };
  const next = advance(turn, event, at);
  return next === turn ? state : { ...state, turns: state.turns.with(index, next) };
}

/** A turn begins, or its replay does: what was known of it comes again from its start. */
function withPrompt(state: ConversationState, { turnId, text, seq }: UserMessageEvent): ConversationState {
  const known = state.turns.find((turn) => turn.turnId === turnId);
  const send = known === undefined ? confirmed(state.sends, text) : undefined;
  const promptKey = known?.promptKey ?? send?.key ?? `${turnId}/prompt`;
  const turn: LiveTurn = {
    ...openTurn(turnId, promptKey),
    prompt: text,
    images: known?.images ?? send?.images ?? [],
    ...(seq === undefined ? {} : { promptSeq: seq }),
  };
  return {
    ...state,
    turns: known === undefined ? [...state.turns, turn] : state.turns.map((one) => (one === known ? turn : one)),
    sends: state.sends.filter((one) => one !== send),
    settled: state.settled.filter((id) => id !== turnId),
  };
}

function withLog(state: ConversationState, { chunks, settles, connection, anew }: Extract<Input, { type: "log" }>): ConversationState {
  const log = anew === true ? chunks : merged(state.log, chunks);
  const current = connection === state.connection;
  const gone = state.turns.filter(
    (turn, index) =>
      (settles.includes(turn.turnId) && turn.phase !== "running") ||
      (current && turn.phase === "doubtful" && isFollowed(state.turns, index)),
  );
  const arrived = { ...state, log, sends: state.sends.filter((send) => !isLogged(send, chunks)) };
  if (gone.length === 0) return arrived;
  return {
    ...arrived,
    turns: state.turns.filter((turn) => !gone.includes(turn)),
    settled: [...state.settled, ...gone.map(({ turnId }) => turnId)].slice(-settledMax),
    keys: keysAfterSettling(arrived, gone),
  };
}

/** Another turn has begun since: this one has ended. */
const isFollowed = (turns: readonly LiveTurn[], index: number): boolean => turns.slice(index + 1).some(({ phase }) => phase !== "doubtful");

/** Answers may overtake each other: only what joins without a hole is taken. */
function merged(log: readonly StoredChunk[], chunks: readonly StoredChunk[]): readonly StoredChunk[] {
  const [first, last] = [log[0], log.at(-1)];
  if (first === undefined || last === undefined) return chunks;
  const older = chunks.filter(({ seq }) => seq < first.seq);
  const newer = chunks.filter(({ seq }) => seq > last.seq);
  const before = older.at(-1)?.seq === first.seq - 1 ? older : [];
  const after = newer[0]?.seq === last.seq + 1 ? newer : [];
  return before.length + after.length === 0 ? log : [...before, ...log, ...after];
}

/** What is under way is confirmed before what seemed lost. */
const confirmed = (sends: readonly Send[], text: string): Send | undefined =>
  sends.find((send) => send.text === text && (send.delivery === "waiting" || send.delivery === "sending")) ??
  sends.find((send) => send.text === text && send.delivery === "lost");

/** The event that would have confirmed it was missed; the log confirms it. */
function isLogged({ delivery, after, text }: Send, chunks: readonly StoredChunk[]): boolean {
  if (delivery !== "sending" && delivery !== "lost") return false;
  const said = chunks.filter(({ seq, role, chunk }) => seq > after && role === "user" && (chunk.type === "text" || chunk.type === "image"));
  return [...Map.groupBy(said, ({ messageId }) => messageId).values()].some((message) => textOf(message) === text);
}

const doubted = (turn: LiveTurn): LiveTurn => (turn.phase === "running" || turn.phase === "done" ? { ...turn, phase: "doubtful" } : turn);

/** The chunks that are shown from the log: those before the first turn that is shown live. */
export function shownLog({ log, turns }: Pick<ConversationState, "log" | "turns">): readonly StoredChunk[] {
  const [first] = turns;
  const beginning = first === undefined ? undefined : turnBeginning(log, first);
  return beginning === undefined ? log : log.slice(0, beginning);
}
