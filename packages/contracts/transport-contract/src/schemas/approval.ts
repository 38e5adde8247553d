import type { Approval, ApprovalAnswer, ApprovalScope, ApprovalStatus } from "@dispatch/wire";
import { z } from "zod";
import { listOf } from "./list-of.ts";

export const approvalScopes = ["once", "conversation", "workspace", "always"] as const satisfies readonly ApprovalScope[];
export const approvalScope: z.ZodType<ApprovalScope> = z.enum(approvalScopes);

export const approvalStatuses = ["waiting", "allowed", "denied", "expired", "withdrawn"] as const satisfies readonly ApprovalStatus[];
export const approvalStatus: z.ZodType<ApprovalStatus> = z.enum(approvalStatuses);

const approvalAnswer: z.ZodType<ApprovalAnswer> = z.object({
  scope: approvalScope.exactOptional().describe("Of a yes."),
  reason: z.string().exactOptional().describe("Of a no: what the model reads."),
  by: z.string().describe("Who answered."),
  at: z.number().describe("Epoch milliseconds."),
});

export const approval: z.ZodType<Approval> = z.object({
  id: z.string(),
  conversationId: z.string(),
  turnId: z.string(),
  toolCallId: z.string(),
  toolName: z.string(),
  input: z.unknown().describe("As the call has it; long texts in it are cut, and say so."),
  why: z.string().describe("One sentence: why somebody is asked."),
  rule: z.string().nullable().describe("The rule that asked."),
  diff: z.string().nullable().describe("What the call would change, as a unified diff; a long one is cut, and says so."),
  grants: z.string().describe("One sentence: what a yes of a wider scope than `once` lets through from then on."),
  scopes: listOf(approvalScope),
  askedAt: z.number().describe("Epoch milliseconds."),
  expiresAt: z.number().describe("Epoch milliseconds."),
  status: approvalStatus,
  answer: approvalAnswer.exactOptional(),
});
