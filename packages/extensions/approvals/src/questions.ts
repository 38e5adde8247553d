import { ChangeFeed } from "@dispatch/change-feed";
import type { Clock } from "@dispatch/kernel";
import type { Approval, ApprovalAnswer, ApprovalScope, ApprovalStatus } from "@dispatch/wire";
import type { Approvals, Question, Verdict } from "./contract.ts";
import { AlreadyAnswered, AskingCancelled, ScopeNotOffered, TooManyWaiting, UnknownApproval } from "./faults.ts";
import type { QuestionStore } from "./question-store.ts";
import { fingerprintOf, type StoredQuestion, storedQuestion } from "./stored-question.ts";
import { verdictOf } from "./verdict.ts";

/** Of all conversations together. */
export const waitingMax = 1_000;

export interface QuestionPorts {
  readonly store: QuestionStore;
  readonly clock: Clock;
  readonly timeoutMs: number;
  /** Aborts when the server leaves: what waits then waits for the next process. */
  readonly leaving: AbortSignal;
  newId(): string;
  readonly tell: { asked(approval: Approval): void; answered(approval: Approval): void; failed(thrown: unknown): void };
}

export type Answer =
  | { readonly allow: true; readonly scope?: ApprovalScope | undefined; readonly by: string }
  | { readonly allow: false; readonly reason?: string | undefined; readonly by: string };

/** A question whose asker has not been told the answer. */
interface OpenQuestion {
  stored: StoredQuestion;
  readonly askers: Set<(verdict: Verdict) => void>;
  /** Its changes apply one after another. */
  last: Promise<unknown>;
}

/** The questions of this server. What is in memory here is on disk before: nothing is shown, answered or told that a crash could take back. */
export class Questions implements Approvals {
  readonly #ports: QuestionPorts;
  readonly #feed = new ChangeFeed();
  /** By id, oldest first. */
  readonly #open = new Map<string, OpenQuestion>();
  /** By conversation and call. */
  readonly #byCall = new Map<string, OpenQuestion>();
  #coming = 0;

  constructor(ports: QuestionPorts) {
    this.#ports = ports;
  }

  /** Gives the ids of what a former process left. */
  async load(): Promise<ReadonlySet<string>> {
    for (const stored of await this.#ports.store.open()) this.#take(stored);
    return new Set(this.#open.keys());
  }

  /** Oldest first. */
  list(conversationId?: string): readonly Approval[] {
    const waiting = [...this.#open.values()].map(({ stored }) => stored.approval).filter(({ status }) => status === "waiting");
    return conversationId === undefined ? waiting : waiting.filter((approval) => approval.conversationId === conversationId);
  }

  /** Whatever changes, all of it may have: the questions are shown together. */
  changes(signal: AbortSignal): AsyncIterable<string | undefined> {
    return this.#feed.watch(signal);
  }

  waiting: Approvals["waiting"] = (toolCallId, conversationId) => this.#byCall.has(callKey({ conversationId, toolCallId }));

  ask: Approvals["ask"] = async (question, signal) => {
    if (signal.aborted) throw new AskingCancelled();
    const fingerprint = await fingerprintOf(question);
    const before = this.#byCall.get(callKey(question));
    const isSame = before?.stored.fingerprint === fingerprint;
    if (before !== undefined && !isSame) await this.#withdraw(before);
    return this.#await(before !== undefined && isSame ? before : await this.#put(question, fingerprint), signal);
  };

  /** Faults: `approvals/unknown` (missing), `approvals/answered` (conflict), `approvals/scope-not-offered` (invalid). */
  async answer(id: string, answer: Answer): Promise<Approval> {
    const question = this.#open.get(id);
    if (question === undefined) {
      const settled = await this.#ports.store.settled(id);
      throw settled === undefined ? new UnknownApproval(id) : new AlreadyAnswered(settled);
    }
    const at = this.#ports.clock.now();
    if (!answer.allow) {
      const { by, reason = "" } = answer;
      return this.#settle(question, "denied", { by, at, ...(reason.trim() === "" ? {} : { reason: reason.trim() }) });
    }
    const { by, scope = "once" } = answer;
    const { scopes } = question.stored.approval;
    if (!scopes.includes(scope)) throw new ScopeNotOffered(scope, scopes);
    return this.#settle(question, "allowed", { by, at, scope });
  }

  /** Those whose time is over are refused. Gives when the next one's is. */
  async expire(): Promise<number | undefined> {
    const now = this.#ports.clock.now();
    const waiting = [...this.#open.values()].filter(({ stored }) => stored.approval.status === "waiting");
    for (const question of waiting.filter(({ stored }) => stored.approval.expiresAt <= now))
      await this.#settle(question, "expired", { by: "the time limit", at: now }).catch(ignoreAnswered);
    return this.list().reduce<number | undefined>((next, { expiresAt }) => Math.min(next ?? expiresAt, expiresAt), undefined);
  }

  /** No call that they ask about will be made. */
  async withdraw(which: (approval: Approval) => boolean): Promise<void> {
    for (const question of [...this.#open.values()]) if (which(question.stored.approval)) await this.#withdraw(question);
  }

  async forget(conversationId: string): Promise<void> {
    await this.withdraw((approval) => approval.conversationId === conversationId);
    await this.#ports.store.forget(conversationId);
  }

  async #put(question: Question, fingerprint: string): Promise<OpenQuestion> {
    const { store, clock, timeoutMs, newId, tell } = this.#ports;
    if (this.#open.size + this.#coming >= waitingMax) throw new TooManyWaiting(waitingMax);
    const stored = storedQuestion(question, { askedAt: clock.now(), timeoutMs }, newId(), fingerprint);
    this.#coming += 1;
    try {
      await store.put(stored);
    } finally {
      this.#coming -= 1;
    }
    const open = this.#take(stored);
    tell.asked(stored.approval);
    this.#feed.emit();
    return open;
  }

  #take(stored: StoredQuestion): OpenQuestion {
    const open: OpenQuestion = { stored, askers: new Set(), last: Promise.resolve() };
    this.#open.set(stored.approval.id, open);
    this.#byCall.set(callKey(stored.approval), open);
    return open;
  }

  async #await(question: OpenQuestion, signal: AbortSignal): Promise<Verdict> {
    const answered = Promise.withResolvers<Verdict>();
    const onAbort = () => answered.reject(new AskingCancelled());
    signal.addEventListener("abort", onAbort, { once: true });
    question.askers.add(answered.resolve);
    try {
      if (signal.aborted) onAbort();
      else await this.#deliver(question);
      const verdict = await answered.promise;
      // A yes that came in the moment of the stop lets nothing through.
      if (signal.aborted) throw new AskingCancelled();
      return verdict;
    } catch (thrown) {
      question.askers.delete(answered.resolve);
      // Nobody waits for it to be stored: the turn's end withdraws it again.
      if (!this.#ports.leaving.aborted && question.askers.size === 0) this.#withdraw(question).catch(this.#ports.tell.failed);
      throw thrown;
    } finally {
      signal.removeEventListener("abort", onAbort);
    }
  }

  /** What was answered while nobody waited is settled now, and told. */
  #deliver(question: OpenQuestion): Promise<void> {
    return inTurn(question, async () => {
      const { stored } = question;
      if (stored.approval.status === "waiting" || !this.#isOpen(question)) return;
      await this.#ports.store.settle(stored, stored);
      this.#leave(question);
    });
  }

  /** The first answer stands. With somebody waiting it is settled by the same commit; else it stays open until its asker comes. */
  #settle(question: OpenQuestion, status: ApprovalStatus, answer?: ApprovalAnswer): Promise<Approval> {
    return inTurn(question, async () => {
      const { stored } = question;
      if (stored.approval.status !== "waiting" || !this.#isOpen(question)) throw new AlreadyAnswered(stored.approval);
      const approval: Approval = { ...stored.approval, status, ...(answer === undefined ? {} : { answer }) };
      const after: StoredQuestion = { ...stored, approval };
      const isOver = status === "withdrawn" || question.askers.size > 0;
      try {
        await (isOver ? this.#ports.store.settle(stored, after) : this.#ports.store.change(stored, after));
      } catch (thrown) {
        await this.#reread(question).catch(this.#ports.tell.failed);
        throw thrown;
      }
      this.#changed(question, after, isOver);
      return approval;
    });
  }

  /** Nobody knows whether a commit that failed has landed: what is on disk counts. */
  async #reread(question: OpenQuestion): Promise<void> {
    const found = await this.#ports.store.current(question.stored.approval.id);
    if (found !== undefined && found.stored.approval.status !== "waiting") this.#changed(question, found.stored, !found.isOpen);
  }

  #changed(question: OpenQuestion, after: StoredQuestion, isOver: boolean): void {
    question.stored = after;
    if (isOver) this.#leave(question);
    this.#ports.tell.answered(after.approval);
    this.#feed.emit();
  }

  #withdraw(question: OpenQuestion): Promise<void> {
    if (question.stored.approval.status !== "waiting") return this.#deliver(question);
    return this.#settle(question, "withdrawn").then(() => {}, ignoreAnswered);
  }

  readonly #isOpen = (question: OpenQuestion): boolean => this.#open.get(question.stored.approval.id) === question;

  /** Settled on disk: its askers are told, and it is forgotten here. */
  #leave(question: OpenQuestion): void {
    const { approval } = question.stored;
    this.#open.delete(approval.id);
    if (this.#byCall.get(callKey(approval)) === question) this.#byCall.delete(callKey(approval));
    const verdict = verdictOf(approval);
    for (const tell of question.askers) tell(verdict);
  }
}

/** A conversation's id has no space in it. */
const callKey = ({ conversationId, toolCallId }: { readonly conversationId: string; readonly toolCallId: string }): string =>
  `${conversationId} ${toolCallId}`;

function inTurn<T>(question: OpenQuestion, work: () => Promise<T>): Promise<T> {
  const done = question.last.then(work, work);
  question.last = done.catch(() => {});
  return done;
}

function ignoreAnswered(thrown: unknown): void {
  if (!(thrown instanceof AlreadyAnswered)) throw thrown;
}
