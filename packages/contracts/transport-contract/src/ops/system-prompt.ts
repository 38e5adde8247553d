import { z } from "zod";
import { templateCharsMax } from "../limits.ts";
import { defineOp } from "../op.ts";
import { listOf } from "../schemas/list-of.ts";

const template = z.object({
  template: z.string().describe("Text with tags: `[type:name]`, `[if type:name]`, `[if !type:name]`, `[else]`, `[endif]`."),
});

export const getSystemPrompt = defineOp({
  id: "system-prompt.get",
  intent: "read",
  summary: "The template that system prompts are made from.",
  input: z.object({}),
  output: template,
  http: { method: "GET", path: "/system-prompt" },
  examples: [{ given: "stored-template", input: {}, output: { template: "You work in [prompt:cwd]." } }],
});

export const setSystemPrompt = defineOp({
  id: "system-prompt.set",
  intent: "write",
  summary: "Sets the template for conversations to come; empty is no system prompt. Conversations that have a prompt keep it.",
  input: z.object({ template: z.string().max(templateCharsMax) }),
  output: template,
  http: { method: "PUT", path: "/system-prompt" },
  examples: [{ input: { template: "You work in [prompt:cwd]." }, output: { template: "You work in [prompt:cwd]." } }],
});

const variable = z.object({
  type: z.string(),
  name: z.string(),
  description: z.string(),
  dynamic: z.literal(true).exactOptional().describe("Any name of the type is possible; `name` says what stands there."),
});

/** Without an example: its answer depends on the extensions of a server. */
export const listPromptVariables = defineOp({
  id: "system-prompt.variables",
  intent: "read",
  summary: "What a template can insert.",
  input: z.object({}),
  output: z.object({ variables: listOf(variable) }),
  http: { method: "GET", path: "/system-prompt/variables" },
  examples: [],
});
