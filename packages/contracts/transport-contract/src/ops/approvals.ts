import { z } from "zod";
import { approvalReasonCharsMax, approvalsAnsweredMax } from "../limits.ts";
import { defineOp } from "../op.ts";
import { approval, approvalScope, approvalStatus } from "../schemas/approval.ts";
import { errorBody } from "../schemas/error-body.ts";
import { id, optionalId } from "../schemas/id.ts";
import { listOf } from "../schemas/list-of.ts";

const reason = z.string().max(approvalReasonCharsMax).optional().describe("Why not; the model reads it.");
const scope = approvalScope.optional().describe("How far the yes goes; this call alone by default.");
const answered = z.object({ approval });

export const listApprovals = defineOp({
  id: "approvals.list",
  intent: "read",
  summary: "Tool calls that wait for a person's yes or no, oldest first; of another status, newest first.",
  input: z.object({ conversationId: optionalId, status: approvalStatus.optional().describe("Default waiting.") }),
  output: z.object({ approvals: listOf(approval) }),
  http: { method: "GET", path: "/approvals" },
  cli: { command: "approvals" },
  examples: [{ input: {}, output: { approvals: [] } }],
});

export const allowApproval = defineOp({
  id: "approvals.allow",
  intent: "write",
  summary: "Lets a waiting tool call be made.",
  input: z.object({ approvalId: id, scope }),
  output: answered,
  http: { method: "POST", path: "/approvals/:approvalId/allow", bodyOptional: true },
  examples: [],
});

export const denyApproval = defineOp({
  id: "approvals.deny",
  intent: "write",
  summary: "Refuses a waiting tool call; the turn goes on and the model reads why.",
  input: z.object({ approvalId: id, reason }),
  output: answered,
  http: { method: "POST", path: "/approvals/:approvalId/deny", bodyOptional: true },
  examples: [],
});

export const answerApprovals = defineOp({
  id: "approvals.answer",
  intent: "write",
  summary: "Answers several waiting tool calls; each has its own outcome.",
  input: z.object({
    answers: z
      .array(z.object({ approvalId: id, allow: z.boolean(), scope, reason }))
      .min(1)
      .max(approvalsAnsweredMax),
  }),
  output: z.object({
    results: listOf(z.object({ approvalId: z.string(), approval: approval.optional(), fault: errorBody.optional() })).describe(
      "In the order of the answers: the question as it stands now, or why it was not answered.",
    ),
  }),
  http: { method: "POST", path: "/approvals/answers" },
  examples: [],
});
