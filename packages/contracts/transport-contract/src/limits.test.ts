import { expect, test } from "vitest";
import type { z } from "zod";
import { chatRequest } from "./chat.ts";
import { clientFrames } from "./client-frames.ts";
import {
  approvalReasonCharsMax,
  approvalsAnsweredMax,
  concurrencyCooldownMsMax,
  concurrencyLimitMax,
  imagesMax,
  lastTimeoutMsMax,
  messageCharsMax,
  modelNameCharsMax,
  nameCharsMax,
  pathCharsMax,
  policyCommandCharsMax,
  policyRulesMax,
  queryCharsMax,
  searchResultsMax,
  templateCharsMax,
  titleCharsMax,
} from "./limits.ts";
import { answerApprovals, denyApproval } from "./ops/approvals.ts";
import { auditPageMax, listAudit } from "./ops/audit.ts";
import { setConcurrencyCooldown, setConcurrencyLimit } from "./ops/concurrency.ts";
import { getLast } from "./ops/conversations.ts";
import { setHeartbeat } from "./ops/heartbeat.ts";
import { setPolicy } from "./ops/policy.ts";
import { setRetention } from "./ops/retention.ts";
import { searchConversations } from "./ops/search.ts";
import { setCwd, setModel, setTitle } from "./ops/settings.ts";
import { setSystemPrompt } from "./ops/system-prompt.ts";
import { createToken, tokenNameCharsMax } from "./ops/tokens.ts";
import { diffTraces, listTraces, tracePrompt, tracesPageMax } from "./ops/trace-view.ts";

const of = { conversationId: "c1" };
const rules = (count: number) => Array.from({ length: count }, () => ({ effect: "deny", tool: "run_shell" }));
const image = { url: "data:image/png;base64,AAAA" };

/** For each limit what takes it, and an input of that size. */
const sizes: readonly (readonly [what: string, limit: number, schema: z.ZodType, input: (size: number) => object])[] = [
  ["a message", messageCharsMax, chatRequest, (size) => ({ message: "x".repeat(size) })],
  ["the images of a message", imagesMax, chatRequest, (size) => ({ message: "x", images: Array(size).fill(image) })],
  ["a title", titleCharsMax, setTitle.input, (size) => ({ ...of, title: "x".repeat(size) })],
  ["a path", pathCharsMax, setCwd.input, (size) => ({ ...of, cwd: "x".repeat(size) })],
  ["a model's name", modelNameCharsMax, setModel.input, (size) => ({ ...of, model: "x".repeat(size) })],
  ["a name in a frame", nameCharsMax, clientFrames.subscribe, (size) => ({ type: "subscribe", surfaceId: "x".repeat(size) })],
  ["a template", templateCharsMax, setSystemPrompt.input, (size) => ({ template: "x".repeat(size) })],
  ["what is searched for", queryCharsMax, searchConversations.input, (size) => ({ q: "x".repeat(size) })],
  ["the results of a search", searchResultsMax, searchConversations.input, (size) => ({ q: "x", limit: String(size) })],
  ["requests at once", concurrencyLimitMax, setConcurrencyLimit.input, (size) => ({ providerId: "p", limit: size })],
  ["a cooldown", concurrencyCooldownMsMax, setConcurrencyCooldown.input, (size) => ({ providerId: "p", cooldownMs: size })],
  ["a wait for the last reply", lastTimeoutMsMax, getLast.input, (size) => ({ ...of, timeoutMs: String(size) })],
  [
    "answers at once",
    approvalsAnsweredMax,
    answerApprovals.input,
    (size) => ({ answers: Array(size).fill({ approvalId: "a", allow: true }) }),
  ],
  ["a reason", approvalReasonCharsMax, denyApproval.input, (size) => ({ approvalId: "a", reason: "x".repeat(size) })],
  ["rules", policyRulesMax, setPolicy.input, (size) => ({ ...of, rules: rules(size) })],
  [
    "a rule's command",
    policyCommandCharsMax,
    setPolicy.input,
    (size) => ({ ...of, rules: [{ effect: "deny", command: "x".repeat(size) }] }),
  ],
  ["a token's name", tokenNameCharsMax, createToken.input, (size) => ({ name: "x".repeat(size) })],
  ["a page of the audit", auditPageMax, listAudit.input, (size) => ({ limit: String(size) })],
  ["a page of traces", tracesPageMax, listTraces.input, (size) => ({ limit: String(size) })],
  ["a traced turn's steps", 100_000, tracePrompt.input, (size) => ({ turnId: "t", step: String(size) })],
  ["the steps of two that are compared", 100_000, diffTraces.input, (size) => ({ turnId: "t", step: String(size), otherStep: "0" })],
  ["days of retention", 36_500, setRetention.input, (size) => ({ conversationDays: size })],
  ["minutes between heartbeats", 527_040, setHeartbeat.input, (size) => ({ workspaceId: "w", intervalMinutes: size })],
];

// Reaches messageCharsMax, imagesMax, titleCharsMax, pathCharsMax, modelNameCharsMax, nameCharsMax, templateCharsMax, queryCharsMax, searchResultsMax,
// concurrencyLimitMax, concurrencyCooldownMsMax, lastTimeoutMsMax, approvalsAnsweredMax, approvalReasonCharsMax, policyRulesMax, policyCommandCharsMax,
// tokenNameCharsMax, auditPageMax, tracesPageMax, stepsMax of trace-view.ts, daysMax, minutesMax.
test.each(sizes)("of %s so much is taken, and no more", (_, limit, schema, input) => {
  expect(schema.safeParse(input(limit)).error?.issues ?? []).toEqual([]);
  expect(schema.safeParse(input(limit + 1)).success).toBe(false);
});
