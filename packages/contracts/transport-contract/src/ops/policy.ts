import { z } from "zod";
import { defineOp } from "../op.ts";
import { id } from "../schemas/id.ts";
import { listOf } from "../schemas/list-of.ts";
import { approvalMode, policyDecision, policyMode, policyRule, policyRulesGiven } from "../schemas/policy.ts";

const ofConversation = z.object({ conversationId: id });
const ofWorkspace = z.object({ workspaceId: id });
const clearable = {
  mode: policyMode.nullable().exactOptional(),
  approval: approvalMode.nullable().exactOptional(),
  rules: policyRulesGiven.exactOptional(),
};
const rules = listOf(policyRule);

const effective = z.object({
  conversationId: z.string(),
  mode: policyMode,
  approval: approvalMode,
  rules: rules.describe("All that apply to it, in the order in which they are judged."),
  sandbox: z.object({
    available: z.boolean().describe("Commands can be confined here. Without it every command leaves the mode."),
    reason: z.string().exactOptional().describe("Why they cannot."),
  }),
  trusted: z.boolean().nullable().describe("Whether a person trusts the files of its folder that name programs; null: nobody knows."),
});
const ofServer = z.object({ mode: policyMode, approval: approvalMode, rules });
const ofGroup = z.object({ workspaceId: z.string(), mode: policyMode.nullable(), approval: approvalMode.nullable(), rules });

const defaults = { mode: "workspace-write", approval: "ask", rules: [] } as const;
const unset = { workspaceId: "w", mode: null, approval: null, rules: [] };

export const getPolicy = defineOp({
  id: "policy.get",
  intent: "read",
  summary: "What the tools of a conversation may do without being asked about, and which rules say otherwise.",
  input: ofConversation,
  output: effective,
  http: { method: "GET", path: "/conversations/:conversationId/policy" },
  examples: [],
});

export const setPolicy = defineOp({
  id: "policy.set",
  intent: "write",
  summary: "Sets what the tools of a conversation may do; null lets its workspace or the server say.",
  input: ofConversation.extend(clearable),
  output: effective,
  http: { method: "PUT", path: "/conversations/:conversationId/policy" },
  examples: [],
});

export const checkPolicy = defineOp({
  id: "policy.check",
  intent: "read",
  summary: "What would become of a tool call, in a turn that has read nothing from the web; it is not made.",
  input: ofConversation.extend({
    tool: z.string().min(1).max(128).describe("The tool's name."),
    input: z.record(z.string(), z.unknown()).describe("The tool's input."),
  }),
  output: policyDecision,
  http: { method: "POST", path: "/conversations/:conversationId/policy/check" },
  cli: { command: "policy-check", operands: ["conversationId", "tool", "input"] },
  examples: [
    {
      input: { conversationId: "c1", tool: "read_file", input: { path: "README.md" } },
      output: { decision: "allow", reason: "It only looks, which every mode allows.", rule: null },
    },
  ],
});

export const getServerPolicy = defineOp({
  id: "policy.server-get",
  intent: "read",
  summary: "What tools may do in every conversation that says nothing of its own.",
  input: z.object({}),
  output: ofServer,
  http: { method: "GET", path: "/policy" },
  examples: [{ input: {}, output: defaults }],
});

export const setServerPolicy = defineOp({
  id: "policy.server-set",
  intent: "write",
  summary: "Sets what tools may do in every conversation that says nothing of its own.",
  input: z.object(clearable),
  output: ofServer,
  http: { method: "PUT", path: "/policy" },
  examples: [{ input: { mode: "read-only" }, output: { ...defaults, mode: "read-only" } }],
});

export const getWorkspacePolicy = defineOp({
  id: "policy.workspace-get",
  intent: "read",
  summary: "What tools may do in the conversations of a workspace that say nothing of their own.",
  input: ofWorkspace,
  output: ofGroup,
  http: { method: "GET", path: "/workspaces/:workspaceId/policy" },
  examples: [{ input: { workspaceId: "w" }, output: unset }],
});

export const setWorkspacePolicy = defineOp({
  id: "policy.workspace-set",
  intent: "write",
  summary: "Sets what tools may do in the conversations of a workspace that say nothing of their own; null lets the server say.",
  input: ofWorkspace.extend(clearable),
  output: ofGroup,
  http: { method: "PUT", path: "/workspaces/:workspaceId/policy" },
  examples: [{ input: { workspaceId: "w", approval: "never" }, output: { ...unset, approval: "never" } }],
});
