import type { PolicyDecision, PolicyRule } from "@dispatch/wire";
import { z } from "zod";
import { pathCharsMax, policyCommandCharsMax, policyRulesMax } from "../limits.ts";
import { id } from "./id.ts";

export const policyMode = z
  .enum(["read-only", "workspace-write", "full"])
  .describe("What tools may do without being asked about: look, change the working directory, everything.");
export const approvalMode = z
  .enum(["ask", "never", "auto"])
  .describe("What happens to a call that leaves the mode: a person is asked, it is refused, it is made and recorded.");

const said = {
  effect: z.enum(["allow", "ask", "deny"]),
  tool: z.string().min(1).max(128).exactOptional().describe("A tool's name; `*` stands for any letters."),
  path: z
    .string()
    .min(1)
    .max(pathCharsMax)
    .exactOptional()
    .describe("A glob, relative to the working directory or absolute. Beside a command: the folder that it runs in."),
  command: z.string().min(1).max(policyCommandCharsMax).exactOptional().describe("The first words of a command, as a shell reads them."),
  exact: z.boolean().exactOptional().describe("The command has no other words than those."),
  reach: z.enum(["network", "everything"]).exactOptional().describe("How far an allowed command may reach; absent: as far as it asks to."),
  host: z.string().min(1).max(253).exactOptional().describe("A host; `*.example.org` for those below it."),
};

/** As a person gives it. What a server gave may be sent back: a rule whose id is there stays the one it was. */
export const policyRuleGiven = z.object({ id: id.exactOptional(), ...said });
export type PolicyRuleGiven = z.output<typeof policyRuleGiven>;
export const policyRulesGiven = z
  .array(policyRuleGiven)
  .max(policyRulesMax)
  .describe("All of its own rules: those that are there are replaced.");

export const policyRule: z.ZodType<PolicyRule> = z.object({
  id: z.string(),
  ...said,
  scope: z.enum(["conversation", "workspace", "always"]),
  createdAt: z.number().describe("Epoch milliseconds."),
  by: z.string().describe("Who set it."),
});

export const policyDecision: z.ZodType<PolicyDecision> = z.object({
  decision: z.enum(["allow", "ask", "deny"]),
  reason: z.string().describe("One sentence."),
  rule: z.string().nullable().describe("The id of the rule that decided."),
});
