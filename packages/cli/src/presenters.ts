import {
  cancelQueuedMessage,
  checkPolicy,
  closeConversation,
  compactConversation,
  createToken,
  findLocalServers,
  getLast,
  getLsp,
  getThroughput,
  lastTimeoutMsDefault,
  listApprovals,
  listAudit,
  listConversations,
  listModels,
  listQueue,
  listTokens,
  listWorkspaces,
  type Op,
  openConversation,
  prune,
  revokeToken,
  searchConversations,
  stopConversation,
  warmConversation,
} from "@dispatch/transport-contract";
import { auditPieces, createdPieces, tokenPieces } from "./access-pieces.ts";
import { age } from "./age.ts";
import { approvalPieces } from "./approval-pieces.ts";
import { usageFault } from "./client-fault.ts";
import type { Args, Flag } from "./command.ts";
import { shortIdChars } from "./conversation-id.ts";
import { oneLine } from "./one-line.ts";
import type { OperandsInstead } from "./op-input.ts";
import { patienceMsDefault } from "./patience.ts";
import { decisionPieces } from "./policy-pieces.ts";
import { pruned } from "./retention-pieces.ts";
import type { Piece } from "./screen.ts";
import { searchPieces } from "./search-pieces.ts";

/** How a command meets a person: how its answer reads, and what may be left out of its words. */
export interface Presenter<Output = unknown> {
  readonly flags?: readonly Flag[];
  /** By field. */
  readonly operands?: OperandsInstead;
  /** The input, where it is not exactly what the words say. */
  input?(input: Input, args: Args, nowMs: number): Input;
  /** The answer is not the last word: the op is called again with the same input. */
  again?(output: Output, args: Args): boolean;
  /** How long the server may take: for what asks a model, or waits. */
  patienceMs?(input: Input): number;
  present(output: Output, nowMs: number): readonly Piece[];
}

type Input = { readonly [field: string]: unknown };

/** The output of an op without a presenter is printed as JSON. */
export function presenterOf(op: Op): Presenter | undefined {
  return presenters.get(op.id);
}

const presenters: ReadonlyMap<string, Presenter> = new Map([
  forOp(listModels, {
    present: ({ models }) => models.map((name) => ({ text: `${oneLine(name)}\n` })),
  }),
  forOp(findLocalServers, {
    present: ({ found, missing }) => [
      ...found.flatMap(({ credential, baseUrl, models }) => [
        { text: credential, tone: "strong" as const },
        { text: ` | ${baseUrl} | ${models.length} model${models.length === 1 ? "" : "s"}\n` },
        ...models.map((name) => ({ text: `  ${name}\n` })),
      ]),
      ...(missing.length === 0 ? [] : [{ text: `not found: ${missing.join(", ")}\n`, tone: "quiet" as const }]),
    ],
  }),
  forOp(listConversations, {
    flags: [{ name: "all", summary: "Closed conversations too." }],
    input(input, { switches }) {
      if (!switches.has("all")) return { status: ["active", "idle"], ...input };
      if (input.status !== undefined) throw usageFault("--all and --status exclude each other.");
      return input;
    },
    present: ({ conversations }, nowMs) =>
      conversations.flatMap(({ id, title, lastActivityAt }) => [
        { text: oneLine(id).slice(0, shortIdChars), tone: "strong" },
        { text: ` | ${oneLine(title)} | ` },
        { text: `${age(lastActivityAt, nowMs)}\n`, tone: "quiet" },
      ]),
  }),
  forOp(listApprovals, {
    present: ({ approvals }, nowMs) =>
      approvals.length === 0
        ? [{ text: "Nothing waits for an answer.\n" }]
        : approvals.flatMap((approval) => approvalPieces(approval, nowMs)),
  }),
  forOp(listWorkspaces, {
    present: ({ workspaces }, nowMs) =>
      workspaces.flatMap(({ id, title, starred, conversationCount, lastActivityAt }) => [
        { text: oneLine(id), tone: "strong" },
        { text: `${starred ? " ★" : ""} | ${oneLine(title)} | ${conversationCount} conversation${conversationCount === 1 ? "" : "s"} | ` },
        { text: `${lastActivityAt === 0 ? "never" : age(lastActivityAt, nowMs)}\n`, tone: "quiet" },
      ]),
  }),
  forOp(getLast, {
    patienceMs: ({ timeoutMs = lastTimeoutMsDefault }) => Number(timeoutMs) + patienceMsDefault,
    again: ({ settled }, { values }) => settled === false && values["timeout-ms"] === undefined,
    present: ({ conversationId, content, settled }) => [
      { text: content === "" || content.endsWith("\n") ? content : `${content}\n` },
      ...(settled === false ? [stillRunning(conversationId)] : []),
    ],
  }),
  forOp(stopConversation, {
    present: ({ conversationId, abortedTurn }) => [
      { text: abortedTurn ? `Stopped the turn of ${oneLine(conversationId)}.\n` : `Nothing is active in ${oneLine(conversationId)}.\n` },
    ],
  }),
  forOp(listQueue, {
    present: ({ queue }, nowMs) =>
      queue.flatMap(({ id, text, queuedAt }) => [
        { text: oneLine(id).slice(0, shortIdChars), tone: "strong" },
        { text: ` | ${cut(oneLine(text))} | ` },
        { text: `${age(queuedAt, nowMs)}\n`, tone: "quiet" },
      ]),
  }),
  forOp(cancelQueuedMessage, {
    present: ({ cancelled, queue }) => [{ text: `${cancelled ? "Cancelled" : "It waits no longer"} (${queue.length} waiting).\n` }],
  }),
  forOp(closeConversation, {
    present: ({ conversationId, abortedTurn }) => [
      { text: abortedTurn ? `Stopped the turn of ${oneLine(conversationId)} and closed it.\n` : `Closed ${oneLine(conversationId)}.\n` },
    ],
  }),
  forOp(compactConversation, {
    patienceMs: () => modelPatienceMs,
    present: ({ conversationId, newConversationId, messagesSummarized, messagesKept }) => [
      {
        text: `Compacted ${oneLine(conversationId)}: ${messagesSummarized} messages summarized, ${messagesKept} kept. The archive is ${oneLine(newConversationId)}.\n`,
      },
    ],
  }),
  forOp(warmConversation, {
    patienceMs: () => modelPatienceMs,
    present: ({ inputTokens, outputTokens, cachePct }) => [
      { text: `Warmed: ${inputTokens} tokens read, ${cachePct}% of them from the cache, ${outputTokens} answered.\n` },
    ],
  }),
  forOp(searchConversations, {
    operands: { q: { name: "words", rest: true } },
    present: searchPieces,
  }),
  forOp(getThroughput, {
    operands: { period: { optional: true }, date: { optional: true } },
    input: ({ period = "day", date }, _args, nowMs) => ({ period, date: date ?? today(nowMs, period === "month") }),
    present: ({ models }) =>
      models.flatMap(({ model, tokensPerSecond, totalOutputTokens, turns }) => [
        { text: oneLine(model), tone: "strong" },
        { text: ` | ${tokensPerSecond.toFixed(1)} tokens/s | ${counted(totalOutputTokens, "token")} | ${counted(turns, "turn")}\n` },
      ]),
  }),
  forOp(warmConversation, {
    present: ({ inputTokens, outputTokens, cachePct }) => [
      { text: `Warmed: ${inputTokens} tokens read, ${cachePct}% of them from the cache, ${outputTokens} answered.\n` },
    ],
  }),
  forOp(getLsp, {
    present: ({ cwd, servers }) =>
      servers.length === 0
        ? [{ text: cwd === null ? "The conversation has no folder of its own.\n" : `No language server for ${oneLine(cwd)}.\n` }]
        : servers.flatMap(({ name, root, state, error }) => [
            { text: oneLine(name), tone: "strong" },
            { text: ` | ${state} | ${oneLine(root)}\n` },
            ...(error === undefined ? [] : [{ text: `  ${oneLine(error)}\n`, tone: "quiet" } as const]),
          ]),
  }),
  forOp(prune, {
    flags: [{ name: "apply", summary: "Remove what is shown; without it nothing is changed." }],
    input(input, { switches }) {
      if (!switches.has("apply")) return input;
      if (input.dryRun === true) throw usageFault("--apply and --dry-run exclude each other.");
      return { ...input, dryRun: false };
    },
    patienceMs: () => modelPatienceMs,
    present: pruned,
  }),
  forOp(listTokens, { present: tokenPieces }),
  forOp(createToken, { present: createdPieces }),
  forOp(revokeToken, {
    present: ({ id, name }) => [{ text: `Revoked ${oneLine(name)} (${id}): whatever it opened is closed.\n` }],
  }),
  forOp(listAudit, { present: auditPieces }),
  forOp(checkPolicy, {
    operands: { input: { name: "json", rest: true } },
    input: ({ input, ...rest }) => ({ ...rest, input: jsonOf(String(input)) }),
    present: decisionPieces,
  }),
  forOp(openConversation, {
    present: ({ conversationId }) => [{ text: `Asked every client to show ${oneLine(conversationId)}.\n` }],
  }),
]);

/** The op's types are checked here and forgotten in the map: an answer is validated before it is presented. */
function forOp<I, O>(op: Op<I, O>, presenter: Presenter<O>): [id: string, presenter: Presenter] {
  return [op.id, presenter as Presenter<never> as Presenter];
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw usageFault('<json> is the tool\'s input as JSON, such as \'{"command":"git push"}\'.');
  }
}

const queuedCharsMax = 100;
const cut = (text: string): string => (text.length > queuedCharsMax ? `${text.slice(0, queuedCharsMax)}…` : text);

/** For a request to a model behind the request. */
const modelPatienceMs = 20 * 60_000;

const counted = (count: number, what: string): string => `${count} ${what}${count === 1 ? "" : "s"}`;

/** Of this machine's time zone. */
function today(nowMs: number, monthAlone: boolean): string {
  const now = new Date(nowMs);
  const month = `${now.getFullYear()}-${String(now.getMonth() + 1).padStart(2, "0")}`;
  return monthAlone ? month : `${month}-${String(now.getDate()).padStart(2, "0")}`;
}

function stillRunning(id: string): Piece {
  return { text: `A turn still runs in ${id}; this is an older reply.\n`, to: "stderr", ownLine: true };
}
