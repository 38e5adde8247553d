import { defineNotify, defineService, type Json, type NotifyToken, type ServiceToken, type ToolInvocation } from "@dispatch/kernel";
import type { Approval, ApprovalScope } from "@dispatch/wire";

/** May this tool call be made? */
export interface Question {
  readonly conversationId: string;
  readonly turnId: string;
  readonly toolCallId: string;
  readonly tool: string;
  readonly input: Json;
  /** One sentence. */
  readonly why: string;
  /** The rule that asks. */
  readonly rule: string | null;
  /** Unified, as `CallDiffs` gives it; `diffCharsMax` characters of it are kept. */
  readonly diff: string | null;
  /** Not empty: what a yes may be given for. */
  readonly scopes: readonly ApprovalScope[];
  /** A sentence: what a yes of a wider scope would let through from then on. */
  readonly grants: string;
}

export type Verdict =
  | { readonly allowed: true; readonly scope: ApprovalScope; readonly by: string }
  /** `reason` is for the model. */
  | { readonly allowed: false; readonly reason: string; readonly by: string };

/** Puts questions to people and waits. A question is stored before anybody sees it, and its answer before the asker does. */
export interface Approvals {
  /**
   * The same call of the same turn asked again, by this process or the next, is the same question: it waits on, or takes the answer that came meanwhile.
   * Past the time limit the verdict is a no that says so. Faults: `approvals/cancelled` (cancelled) when the signal aborts, never hangs past it;
   * `approvals/too-many` (limited) when `waitingMax` wait already; `store/unavailable`.
   */
  ask(question: Question, signal: AbortSignal): Promise<Verdict>;
  /**
   * The call has been asked about and nobody has been told the answer: it has certainly not been made. Known after a restart before any turn is resumed.
   */
  waiting(toolCallId: string, conversationId: string): boolean;
}
export const Approvals: ServiceToken<Approvals> = defineService<Approvals>("approvals/approvals");

/** What a call would change in a file, told before it is made. */
export interface CallDiffs {
  /** Unified. `null`: the call changes no file, would fail, or changes more than is shown as a diff. Reads, and changes nothing. */
  of(call: Pick<ToolInvocation, "tool" | "input" | "workspace">): Promise<string | null>;
}
export const CallDiffs: ServiceToken<CallDiffs> = defineService<CallDiffs>("approvals/call-diffs");

/** Stored, so that people may be told. */
export const QuestionAsked: NotifyToken<Approval> = defineNotify<Approval>("approvals/question-asked");
/** It waits no longer: answered, expired or withdrawn, as its status says. Told after the fact. */
export const QuestionAnswered: NotifyToken<Approval> = defineNotify<Approval>("approvals/question-answered");
