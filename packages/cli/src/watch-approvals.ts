import { setTimeout as pause } from "node:timers/promises";
import { allowApproval, denyApproval, listApprovals } from "@dispatch/transport-contract";
import type { AgentEvent, Approval, ApprovalScope } from "@dispatch/wire";
import { approvalPieces, settledText, shortId } from "./approval-pieces.ts";
import { asClientFault } from "./client-fault.ts";
import type { Context } from "./command.ts";

/** A call that has no result after so long may be waiting for a person. */
const firstLookMs = 300;
const lookMsMax = 2_000;
/** How long to wait after a look that found the call still open. */
export const nextLookMs = (ms: number): number => Math.min(ms * 2, lookMsMax);

/** The stream of a turn has no event for it, so the server is asked while a call is open: never in a turn whose calls are quick. */
export class ApprovalWatch implements AsyncDisposable {
  readonly #context: Context;
  readonly #over = new AbortController();
  readonly #told = new Set<string>();
  readonly #calls = new Set<string>();
  #conversationId: string | undefined;
  #looking: Promise<void> | undefined;
  #asking: Promise<void> | undefined;
  #asked: { readonly approval: Approval; readonly end: AbortController } | undefined;

  constructor(context: Context) {
    this.#context = context;
  }

  begin(conversationId: string | undefined): void {
    this.#conversationId = conversationId;
  }

  see(event: AgentEvent): void {
    if (event.type === "tool-call") this.#calls.add(event.toolCallId);
    if (event.type === "tool-result") this.#calls.delete(event.toolCallId);
    if (this.#calls.size === 0) this.#asked?.end.abort();
    else if (this.#conversationId !== undefined) this.#looking ??= this.#look(this.#conversationId);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#over.abort();
    this.#asked?.end.abort();
    await this.#looking;
    await this.#asking;
  }

  async #look(conversationId: string): Promise<void> {
    const { signal } = this.#over;
    for (let ms = firstLookMs; ; ms = nextLookMs(ms)) {
      await pause(ms, undefined, { signal }).catch(() => {});
      if (signal.aborted) return;
      if (this.#calls.size === 0) break;
      try {
        const { approvals } = (await this.#context.api.call(listApprovals, { conversationId })).output;
        if (signal.aborted) return;
        await this.#found(approvals);
      } catch (thrown) {
        // An older server has no such questions; one that does not answer is told by the turn's own stream.
        if (asClientFault(thrown).kind === "missing") return;
      }
    }
    this.#looking = undefined;
  }

  async #found(waiting: readonly Approval[]): Promise<void> {
    const { screen, now, ask } = this.#context;
    if (this.#asked !== undefined && !waiting.some(({ id }) => id === this.#asked?.approval.id)) this.#asked.end.abort();
    for (const approval of waiting) {
      if (this.#told.has(approval.id)) continue;
      this.#told.add(approval.id);
      const id = shortId(approval.id);
      await screen.write(
        { text: "The turn waits for an answer:\n", to: "stderr", tone: "strong", ownLine: true },
        ...approvalPieces(approval, now()).map((piece) => ({ ...piece, to: "stderr" as const })),
        ...(ask === undefined ? [{ text: `Answer with dispatch approve ${id}, or dispatch deny ${id}.\n`, to: "stderr" as const }] : []),
      );
    }
    const [first] = waiting;
    if (ask !== undefined && this.#asked === undefined && first !== undefined) this.#asking = this.#ask(first, ask);
  }

  /** Here and now. Answered elsewhere meanwhile, the question is taken back. */
  async #ask(approval: Approval, ask: NonNullable<Context["ask"]>): Promise<void> {
    const asked = { approval, end: new AbortController() };
    this.#asked = asked;
    const { screen } = this.#context;
    const end = AbortSignal.any([asked.end.signal, this.#context.signal]);
    try {
      for (;;) {
        const line = await ask(() => screen.write({ text: `${promptOf(approval)} `, to: "stderr", tone: "strong" }), end);
        if (end.aborted)
          return void (await screen.write({ text: "It was answered elsewhere.\n", to: "stderr", tone: "quiet", ownLine: true }));
        if (line === undefined) return;
        if (await this.#answer(approval, line)) return;
      }
    } catch (thrown) {
      await screen.write({ text: `${asClientFault(thrown).message}\n`, to: "stderr", tone: "bad", ownLine: true });
    } finally {
      this.#asked = undefined;
    }
  }

  /** False: that was no answer. */
  async #answer({ id: approvalId, scopes }: Approval, line: string): Promise<boolean> {
    const { api, screen } = this.#context;
    const scope = scopes.find((offered) => letterOf(offered) === line.trim().toLowerCase()[0]);
    const isNo = /^n/i.test(line.trim());
    if (scope === undefined && !isNo) return false;
    const { output } = isNo ? await api.call(denyApproval, { approvalId }) : await api.call(allowApproval, { approvalId, scope });
    await screen.write({ text: `${settledText(output.approval)}\n`, to: "stderr", tone: "quiet", ownLine: true });
    return true;
  }
}

const letters: { readonly [scope in ApprovalScope]: string } = {
  once: "y",
  conversation: "c",
  workspace: "w",
  always: "a",
};
const letterOf = (scope: ApprovalScope): string => letters[scope];

const words: { readonly [scope in ApprovalScope]: string } = {
  once: "[y]es",
  conversation: "[c]onversation",
  workspace: "[w]orkspace",
  always: "[a]lways",
};
const promptOf = ({ scopes }: Approval): string => `Allow it? ${scopes.map((scope) => words[scope]).join(", ")}, [n]o:`;
