import { asFault, errorBody } from "@dispatch/kernel";
import { type ImplementedOp, implement } from "@dispatch/op-registry/contract";
import { allowApproval, answerApprovals, denyApproval, listApprovals } from "@dispatch/transport-contract";
import type { QuestionStore } from "./question-store.ts";
import type { Questions } from "./questions.ts";

export const approvalOps = (questions: Questions, store: QuestionStore): readonly ImplementedOp[] => [
  implement(listApprovals, async ({ conversationId, status = "waiting" }) => ({
    approvals: status === "waiting" ? questions.list(conversationId) : await store.listSettled(status, conversationId),
  })),
  implement(allowApproval, async ({ approvalId, scope }, { caller }) => ({
    approval: await questions.answer(approvalId, { allow: true, scope, by: caller.name }),
  })),
  implement(denyApproval, async ({ approvalId, reason }, { caller }) => ({
    approval: await questions.answer(approvalId, { allow: false, reason, by: caller.name }),
  })),
  implement(answerApprovals, async ({ answers }, { caller }) => {
    const by = caller.name;
    const results = answers.map(async ({ approvalId, allow, scope, reason }) => {
      try {
        return { approvalId, approval: await questions.answer(approvalId, allow ? { allow, scope, by } : { allow, reason, by }) };
      } catch (thrown) {
        return { approvalId, fault: errorBody(asFault(thrown, "approvals/answer")) };
      }
    });
    return { results: await Promise.all(results) };
  }),
];
