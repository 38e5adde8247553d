import { asFault, Fault, fault, type Log, type Message } from "@dispatch/kernel";
import type { FoldedHistory, StepContext } from "@dispatch/session-orchestrator/contract";
import type { TurnMetrics } from "@dispatch/wire";
import { type CompactPorts, compact, type Wish } from "./compact.ts";
import type { Known } from "./conversation-memory.ts";
import { freesTooLittle, noSummary, turnRunning, underWay } from "./faults.ts";
import { charsOfAll } from "./message-size.ts";
import { shapeView } from "./shape-view.ts";
import { tokensOf } from "./token-rate.ts";
import { within } from "./within.ts";

/** All requests for one summary together. */
export const attemptMsMax = 180_000;

export interface CompactorPorts extends CompactPorts {
  readonly log: Log;
  /** Aborts when the server leaves. */
  readonly leaving: AbortSignal;
}

const harmless: ReadonlySet<string> = new Set([freesTooLittle(), turnRunning(), underWay()].map(({ code }) => code));

/** One compaction a conversation at a time, on request, after turns and between their steps. */
export class Compactor {
  readonly #ports: CompactorPorts;
  readonly #underWay = new Set<string>();

  constructor(ports: CompactorPorts) {
    this.#ports = ports;
  }

  /** Faults: those of `faults.ts`. */
  async onRequest(wish: Omit<Wish, "automatic">): Promise<FoldedHistory> {
    if (this.#ports.conversations.isActive(wish.conversationId)) throw turnRunning();
    const folded = await this.#alone(wish);
    if (folded === undefined) throw freesTooLittle();
    return folded;
  }

  /** Never rejects: a conversation that could not be compacted goes on as it is. */
  async afterTurn(
    conversationId: string,
    modelName: string,
    windowTokens: number | undefined,
    metrics: TurnMetrics,
    reason: string,
  ): Promise<void> {
    const { memory, conversations, leaving } = this.#ports;
    try {
      const known = await memory.of(conversationId);
      if (windowTokens === undefined || known.percent === 0 || known.failedTurn === metrics.turnId) return;
      // What a provider refuses for its length it does not count.
      if (metrics.contextSize === undefined ? reason !== "error" : metrics.contextSize < thresholdOf(windowTokens, known)) return;
      const view = await within(conversations.view(conversationId), leaving);
      const countedTokens = isCounted(view, known) ? (metrics.contextSize ?? 0) : 0;
      if ((countedTokens || sizeOf(shapeView(view, known.marks), known)) < thresholdOf(windowTokens, known)) return;
      // Messages were waiting: the next turn runs already, and looks after itself between its steps.
      if (conversations.isActive(conversationId)) return;
      await this.#automatically({ conversationId, modelName, automatic: { countedTokens }, signal: leaving }, metrics.turnId);
    } catch (thrown) {
      this.#journalFailure(conversationId, thrown);
    }
  }

  /** What the model sees before a step. Compacting may fail or be refused: the step goes on with what there is. */
  async beforeStep(messages: readonly Message[], context: StepContext): Promise<readonly Message[]> {
    const { conversationId, turnId, modelName, signal, step, lastUsage } = context;
    const { memory, conversations } = this.#ports;
    const known = await memory.of(conversationId);
    const countedTokens = isCounted(messages, known) ? (lastUsage?.inputTokens ?? 0) + (lastUsage?.outputTokens ?? 0) : 0;
    const isDue = turnId !== "" && step > 0 && this.#isDue(messages, known, countedTokens, context);
    const folded = isDue
      ? await this.#automatically({ conversationId, modelName, automatic: { countedTokens, steps: step }, signal }, turnId)
      : undefined;
    const view =
      folded === undefined || signal.aborted ? messages : shapedBy(messages, await within(conversations.view(conversationId), signal));
    // It may have left the memory meanwhile.
    const now = isDue ? await memory.of(conversationId) : known;
    const { marks } = now;
    if (turnId !== "") now.asked = { firstId: view[0]?.id, marks };
    return shapeView(view, marks);
  }

  #isDue(
    messages: readonly Message[],
    known: Known,
    countedTokens: number,
    { conversationId, turnId, model, modelName }: StepContext,
  ): boolean {
    if (known.percent === 0 || known.failedTurn === turnId) return false;
    const windowTokens = this.#ports.windows.known(modelName, model);
    if (windowTokens === undefined || this.#underWay.has(conversationId)) return false;
    const shown = shapeView(messages, known.marks);
    const since = shown.slice(shown.findLastIndex(({ role }) => role === "assistant") + 1);
    const size = countedTokens === 0 ? sizeOf(shown, known) : countedTokens + tokensOf(charsOfAll(since), known.charsPerToken);
    return size >= thresholdOf(windowTokens, known);
  }

  /** `undefined`: nothing was folded. After a failure there is no other attempt before the next turn; having nothing to do is no failure. */
  async #automatically(wish: Wish, turnId: string): Promise<FoldedHistory | undefined> {
    const { conversationId } = wish;
    try {
      const folded = await this.#alone(wish);
      this.#ports.log.info("compacted", { conversationId, messagesFolded: folded?.messagesFolded ?? 0 });
      return folded;
    } catch (thrown) {
      if (Fault.is(thrown) && harmless.has(thrown.code)) return undefined;
      (await this.#ports.memory.of(conversationId)).failedTurn = turnId;
      if (!wish.signal.aborted) this.#journalFailure(conversationId, thrown);
      return undefined;
    }
  }

  async #alone(wish: Wish): Promise<FoldedHistory | undefined> {
    const { conversationId } = wish;
    if (this.#underWay.has(conversationId)) throw underWay();
    this.#underWay.add(conversationId);
    const ended = new AbortController();
    const late = new AbortController();
    const signal = AbortSignal.any([wish.signal, this.#ports.leaving, late.signal]);
    const tooLate = () => late.abort(noSummary(`it was not there within ${attemptMsMax / 1_000} s.`));
    void this.#ports.clock.sleep(attemptMsMax, ended.signal).then(() => ended.signal.aborted || tooLate());
    try {
      return await compact(this.#ports, { ...wish, signal });
    } catch (thrown) {
      // A model that hears the signal says only that it was cancelled.
      if (late.signal.aborted) throw late.signal.reason;
      if (signal.aborted)
        throw fault("cancelled", "compaction/cancelled", "The compaction was cancelled. Nothing was changed.", { cause: thrown });
      throw thrown;
    } finally {
      ended.abort();
      this.#underWay.delete(conversationId);
    }
  }

  #journalFailure(conversationId: string, thrown: unknown): void {
    const { code, message } = asFault(thrown, "compaction/defect");
    this.#ports.log.warn("compaction-failed", { conversationId, code, error: message });
  }
}

/** The last request was made of this very view, as far as it went. */
const isCounted = (view: readonly Message[], { asked, marks }: Known): boolean =>
  asked === undefined || (asked.firstId === view[0]?.id && asked.marks === marks);

const sizeOf = (shown: readonly Message[], { charsPerToken, fixedChars }: Known): number =>
  tokensOf(fixedChars + charsOfAll(shown), charsPerToken);

const thresholdOf = (windowTokens: number, { percent }: Known): number => Math.floor((windowTokens * percent) / 100);

/** What others have made of a message on its way to the step stays. */
function shapedBy(messages: readonly Message[], view: readonly Message[]): readonly Message[] {
  const shaped = new Map(messages.map((message) => [message.id, message]));
  return view.map((message) => shaped.get(message.id) ?? message);
}
