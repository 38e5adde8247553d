import { Fault } from "@dispatch/kernel";
import type { Approval, ApprovalScope } from "@dispatch/wire";

/** Whoever asked has gone: the turn was stopped, or the server leaves. */
export class AskingCancelled extends Fault {
  readonly kind = "cancelled";
  readonly code = "approvals/cancelled";
  constructor() {
    super("Nobody waits for the answer any more: the turn was stopped.");
  }
}

export class TooManyWaiting extends Fault {
  readonly kind = "limited";
  readonly code = "approvals/too-many";
  constructor(waitingMax: number) {
    super(`${waitingMax} tool calls wait for a person already. Answer some of them (dispatch approvals), then try again.`, {
      data: { limit: waitingMax },
    });
  }
}

export class UnknownApproval extends Fault {
  readonly kind = "missing";
  readonly code = "approvals/unknown";
  constructor(approvalId: string) {
    super("There is no such question. Those that wait are listed by dispatch approvals.", { data: { approvalId } });
  }
}

/** The first answer stands. */
export class AlreadyAnswered extends Fault {
  readonly kind = "conflict";
  readonly code = "approvals/answered";
  constructor({ id, status, answer }: Approval) {
    const by = answer === undefined ? "" : ` by ${answer.by}`;
    super(`The question waits no longer: it was ${status}${by}. Nothing was changed.`, { data: { approvalId: id, status } });
  }
}

export class ScopeNotOffered extends Fault {
  readonly kind = "invalid";
  readonly code = "approvals/scope-not-offered";
  constructor(scope: ApprovalScope, scopes: readonly ApprovalScope[]) {
    super(`This question takes no yes for "${scope}". Choose ${scopes.join(" or ")}.`, { data: { scopes } });
  }
}

export class BadAnswer extends Fault {
  readonly kind = "invalid";
  readonly code = "approvals/bad-answer";
  constructor() {
    super("An answer is { approvalId, allow, scope?, reason? }.");
  }
}
