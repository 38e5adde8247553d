import { z } from "zod";
import { modelNameCharsMax, templateCharsMax } from "../limits.ts";
import { defineOp } from "../op.ts";
import { id } from "../schemas/id.ts";
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

/** It inserts files that the template names: whoever may only read changes no template, and reads no file by one either. */
export const previewSystemPrompt = defineOp({
  id: "system-prompt.preview",
  intent: "write",
  summary: "The system prompt that a template would give a conversation if it were made now. Nothing is stored.",
  input: z.object({
    template: z.string().max(templateCharsMax),
    conversationId: id.describe("It may be one that is yet to begin."),
    model: z.string().max(modelNameCharsMax).exactOptional().describe("In place of the conversation's own."),
  }),
  output: z.object({
    text: z.string(),
    missing: listOf(z.string()).describe("Variables of the template, as `type:name`, that have no value there."),
  }),
  http: { method: "POST", path: "/system-prompt/preview" },
  examples: [
    {
      input: { template: "You are [prompt:nobody]here.", conversationId: "c1" },
      output: { text: "You are here.", missing: ["prompt:nobody"] },
    },
  ],
});
