import type { ServerFrame } from "@dispatch/transport-contract";
import type { Approval, ApprovalScope } from "@dispatch/wire";
import { SvelteMap } from "svelte/reactivity";
import type { Api } from "../protocol/api.ts";
import { ApiFault } from "../protocol/api-fault.ts";
import { notifications } from "./notifications.svelte.ts";
import { type Outcome, withOutcome } from "./outcomes.ts";
import { notificationsOf } from "./question-notifications.ts";
import { outcomeOf } from "./question-outcome.ts";
import { approvalsSurface, changesOf, noQuestions, type Questions, questionsIn } from "./questions.ts";

export type Answer =
  | { readonly allow: true; readonly scope: ApprovalScope }
  /** `reason` is for the model; empty: none. */
  | { readonly allow: false; readonly reason: string };

export interface ApprovalPorts {
  readonly api: Api;
  announce(text: string): void;
  titleOf(conversationId: string): string | undefined;
  /** To where what waits in a conversation is answered. */
  lead(conversationId: string): void;
}

/** Tool calls of all conversations that wait for a person, and the way to answer them. */
export class Approvals {
  #known = $state.raw<Questions>(noQuestions);
  /** Answered from here; the server's next list is without them. */
  readonly #answered = new SvelteMap<string, true>();
  /** Newest first. */
  outcomes = $state.raw<readonly Outcome[]>([]);
  /** The server has told what waits. */
  told = $state(false);
  readonly waiting = $derived(this.#known.waiting.filter(({ id }) => !this.#answered.has(id)));
  readonly count = $derived(this.#known.total - this.#known.waiting.length + this.waiting.length);
  readonly #ports: ApprovalPorts;

  constructor(ports: ApprovalPorts) {
    this.#ports = ports;
  }

  ofCall(conversationId: string, toolCallId: string): Approval | undefined {
    return this.waiting.find((one) => one.toolCallId === toolCallId && one.conversationId === conversationId);
  }

  outcomeOf(conversationId: string, toolCallId: string): Outcome | undefined {
    return this.outcomes.find(({ question }) => question.toolCallId === toolCallId && question.conversationId === conversationId);
  }

  hear(frame: ServerFrame): void {
    const spec = frame.type === "surface" ? frame.spec : frame.type === "update" ? frame.update.spec : undefined;
    if (spec?.id === approvalsSurface) this.#take(questionsIn(spec));
  }

  #take(known: Questions): void {
    const { came, went } = changesOf(this.#known, known, (id) => this.#answered.has(id));
    this.#known = known;
    for (const id of [...this.#answered.keys()]) if (known.waiting.every((one) => one.id !== id)) this.#answered.delete(id);
    for (const question of went) void this.#learn(question);
    if (this.told && came.length > 0) {
      this.#notify(came);
      this.#ports.announce(came.length === 1 ? "A tool call waits for your answer." : `${came.length} tool calls wait for your answer.`);
    }
    this.told = true;
  }

  /** To a person who looks elsewhere. A click on the note leads to what waits. */
  #notify(questions: readonly Approval[]): void {
    for (const { conversationId, ...told } of notificationsOf(questions, (id) => this.#ports.titleOf(id)))
      notifications.tell({ ...told, onClick: () => this.#ports.lead(conversationId) });
  }

  /** Empty when it was taken, or when somebody else was first; else why it was not. */
  async answer(question: Approval, answer: Answer): Promise<string> {
    const path = `/approvals/${encodeURIComponent(question.id)}`;
    try {
      if (answer.allow) await this.#ports.api.call("POST", `${path}/allow`, { scope: answer.scope });
      else await this.#ports.api.call("POST", `${path}/deny`, answer.reason.trim() === "" ? {} : { reason: answer.reason.trim() });
      this.#answered.set(question.id, true);
      this.#ports.announce(answer.allow ? "Allowed." : "Denied.");
      return "";
    } catch (thrown) {
      return this.#refused(question, thrown);
    }
  }

  /** Each has its own outcome: the result is why some were not taken, or empty. */
  async answerAll(questions: readonly Approval[], allow: boolean): Promise<string> {
    try {
      const { results } = await this.#ports.api.call<{ readonly results: readonly BatchResult[] }>("POST", "/approvals/answers", {
        answers: questions.map(({ id }) => ({ approvalId: id, allow })),
      });
      const faults = results.flatMap(({ approvalId, fault }) => {
        const question = questions.find(({ id }) => id === approvalId);
        if (question === undefined) return [];
        if (fault === undefined) this.#answered.set(approvalId, true);
        return fault === undefined ? [] : [this.#refused(question, new ApiFault(fault.error, { ...fault, status: 0 }))];
      });
      this.#ports.announce(`${results.length - faults.length} answered.`);
      return [...new Set(faults.filter((text) => text !== ""))].join(" ");
    } catch (thrown) {
      return (thrown as Error).message;
    }
  }

  dismiss(outcome: Outcome): void {
    this.outcomes = this.outcomes.filter((one) => one !== outcome);
  }

  /** Who is not the first to answer is told so: nothing went wrong. */
  #refused(question: Approval, thrown: unknown): string {
    const { kind, message } = thrown as ApiFault;
    if (kind !== "conflict" && kind !== "missing") return message;
    this.#answered.set(question.id, true);
    this.#tell(question, message);
    return "";
  }

  async #learn(question: Approval): Promise<void> {
    const text = await outcomeOf(this.#ports.api, question);
    if (text !== undefined) this.#tell(question, text);
  }

  #tell(question: Approval, text: string): void {
    this.outcomes = withOutcome(this.outcomes, { question, text });
  }
}

interface BatchResult {
  readonly approvalId: string;
  readonly fault?: { readonly error: string; readonly code: string; readonly kind: ApiFault["kind"] };
}
