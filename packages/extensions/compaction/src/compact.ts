import { asFault, type Clock, Fault, type Message, type ModelRequest } from "@dispatch/kernel";
import type { Conversations, FoldedHistory, NextRequest } from "@dispatch/session-orchestrator/contract";
import { askSummary } from "./ask-summary.ts";
import { budgetOf } from "./budget.ts";
import type { ContextWindows } from "./context-windows.ts";
import type { ConversationMemory } from "./conversation-memory.ts";
import { noModel, noSummary, turnRunning } from "./faults.ts";
import { flatten } from "./flatten.ts";
import { charsOfAll } from "./message-size.ts";
import { type FoldPlan, planFold, planPruning } from "./plan.ts";
import { marksFor, shapeView } from "./shape-view.ts";
import { summarize } from "./summarize.ts";
import { outputTokensMax, requestCharsFixed, summaryRequest } from "./summary-request.ts";
import { rateOf, tokensOf } from "./token-rate.ts";
import { within } from "./within.ts";

export interface CompactPorts {
  readonly conversations: Pick<Conversations, "isActive" | "view" | "nextRequest" | "fold">;
  readonly memory: ConversationMemory;
  readonly windows: ContextWindows;
  readonly clock: Clock;
  newId(): string;
}

export interface Wish {
  readonly conversationId: string;
  /** Who writes the summary. Absent: the conversation's own model. */
  readonly modelName?: string | undefined;
  readonly keepLastN?: number | undefined;
  /** Absent: someone asked for it. */
  readonly automatic?: {
    /** As the provider last counted: the request and its answer; 0 when it did not. */
    readonly countedTokens: number;
    /** Of the running turn; absent: none runs. */
    readonly steps?: number;
  };
  readonly signal: AbortSignal;
}

/** A provider that does not tell its window is taken to have this one, where there must be some. */
const windowTokensAssumed = 64_000;
/** Against what was estimated too low. */
const windowShareUsed = 0.85;

/**
 * Leaves out old outputs first; that may be enough, and then nothing comes back. Else folds what is older than the tail into a summary. Faults: those of
 * `faults.ts`, and of the fold itself.
 */
export async function compact(
  ports: CompactPorts,
  { conversationId, modelName, keepLastN, automatic, signal }: Wish,
): Promise<FoldedHistory | undefined> {
  const { conversations, memory, windows } = ports;
  const options = { signal, ...(modelName === undefined ? {} : { modelName }) };
  const next = await within(conversations.nextRequest(conversationId, options), signal).catch(refuseModel(signal));
  const view = await within(conversations.view(conversationId), signal);
  // What a turn that has begun meanwhile says is no part of this: its prompt must stay.
  if (automatic?.steps === undefined && conversations.isActive(conversationId)) throw turnRunning();
  const known = await memory.of(conversationId);
  const fixedChars = fixedCharsOf(next.request);
  known.fixedChars = fixedChars;
  if (automatic !== undefined && automatic.countedTokens > 0)
    known.charsPerToken = rateOf(fixedChars + charsOfAll(countedPart(shapeView(view, known.marks))), automatic.countedTokens);
  const { charsPerToken, percent } = known;
  const tokens = (chars: number) => tokensOf(chars, charsPerToken);
  const windowTokens = await within(windows.of(next.modelName, next.model), signal);
  const budget = budgetOf(windowTokens ?? windowTokensAssumed, percent, tokens(fixedChars));

  const pruning = planPruning(view, known.marks, budget.outputs * charsPerToken);
  const marks = pruning === undefined ? known.marks : await memory.mark(conversationId, pruning);
  const size = tokens(fixedChars + charsOfAll(shapeView(view, marks)));
  if (automatic !== undefined && pruning !== undefined && size <= budget.target) return undefined;

  const isOwnWindow = windowTokens !== undefined && (automatic !== undefined || modelName === undefined);
  const plan = planFold(view, marks, {
    asked: automatic === undefined,
    keepLastN,
    steps: automatic?.steps,
    tailChars: isOwnWindow ? budget.tail * charsPerToken : undefined,
  });
  const summary = await summaryOf(ports, plan, next, { windowTokens, charsPerToken, signal });
  if (plan.carried !== undefined) {
    const { pruned, carried } = marksFor(view, marks);
    await memory.mark(conversationId, { pruned, carried: [...carried, plan.carried] });
  }
  return within(conversations.fold(conversationId, { summary, upToMessageId: plan.upToMessageId }), signal);
}

interface SummaryMeans {
  readonly windowTokens: number | undefined;
  readonly charsPerToken: number;
  readonly signal: AbortSignal;
}

async function summaryOf(
  { clock, newId }: CompactPorts,
  { folded, earlier, summaryCharsMax }: FoldPlan,
  { model }: NextRequest,
  { windowTokens = windowTokensAssumed, charsPerToken, signal }: SummaryMeans,
): Promise<string> {
  const roomTokens = Math.max(windowTokens * windowShareUsed - outputTokensMax, windowTokens / 2);
  const roomChars = roomTokens * charsPerToken - requestCharsFixed;
  const summary = await summarize(flatten(folded), earlier, Math.max(roomChars, requestCharsFixed), (text, before) =>
    within(askSummary(model, summaryRequest(text, before, newId()), clock, signal), signal),
  );
  if (summary.length > summaryCharsMax) throw noSummary("the model's summary is about as long as what it should stand for.");
  return summary;
}

/** What the provider has counted: everything but what was said after its last answer. */
function countedPart(shown: readonly Message[]): readonly Message[] {
  return shown.slice(0, shown.findLastIndex(({ role }) => role === "assistant") + 1);
}

const fixedCharsOf = ({ system, tools }: ModelRequest): number => system.length + JSON.stringify(tools).length;

/** A model that cannot be had is a refusal too; a caller that has gone is none. */
const refuseModel = (signal: AbortSignal) => (thrown: unknown) => {
  if (signal.aborted || (Fault.is(thrown) && thrown.kind === "defect")) throw thrown;
  const fault = asFault(thrown);
  throw noModel(fault.message, fault);
};
