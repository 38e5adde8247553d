import type { Json, Message, ModelRequest } from "@dispatch/kernel";
import { summaryOf } from "./summary.ts";
import { type Plan, understand } from "./understand.ts";

/** One step's answer: text, and perhaps one tool call. */
export interface Answer {
  readonly text: string;
  readonly call?: { readonly id: string; readonly name: string; readonly input: Json };
}

/** What the stand-in answers to a request: the plan of the last user message, taken one tool result further. */
export function answer({ messages, tools }: Pick<ModelRequest, "messages" | "tools">): Answer {
  const prompt = messages.findLastIndex(({ role }) => role === "user");
  const text = textOf(messages[prompt]);
  const wanted = tools.length === 0 ? summaryOf(text) : undefined;
  if (wanted !== undefined) return { text: wanted };
  const plan = understand(text);
  const results = messages.slice(prompt + 1).flatMap(resultsOf);
  const calls = callsOf(plan);
  const failed = results.find(({ isError }) => isError);
  if (failed !== undefined)
    return {
      text: `That did not work. The tool ${failed.toolName} said:\n\n${quote(failed.content)}\n\nCorrect the request and send it again.`,
    };
  const next = calls[results.length];
  const last = results.at(-1);
  if (next === undefined) return { text: last === undefined ? helpText(text) : summary(plan, last.content) };
  if (!tools.some(({ name }) => name === next.name)) return { text: `I would call the tool ${next.name} for this, but it is not there.` };
  return {
    text: results.length === 0 ? `${label} ${announce(plan)}` : "I have read it; now the change. ",
    call: { ...next, id: `offline-${messages.length}` },
  };
}

/** Nobody shall take it for more than it is. */
const label = "(Offline stand-in, no language model.)";

interface Call {
  readonly name: string;
  readonly input: Json;
}

function callsOf(plan: Plan): readonly Call[] {
  switch (plan.kind) {
    case "list":
    case "read":
      return [{ name: "read_file", input: { path: plan.path } }];
    case "search":
      return [{ name: "grep", input: { pattern: plan.pattern, ...(plan.path === undefined ? {} : { path: plan.path }) } }];
    case "find":
      return [{ name: "glob", input: { pattern: /[*?[{]/.test(plan.pattern) ? plan.pattern : `**/*${plan.pattern}*` } }];
    case "edit":
      return [
        { name: "read_file", input: { path: plan.path } },
        { name: "edit_file", input: { path: plan.path, edits: [{ old: plan.old, new: plan.new, replaceAll: true }] } },
      ];
    case "write":
      return [{ name: "write_file", input: { path: plan.path, content: plan.content } }];
    case "run":
      return [{ name: "run_shell", input: { command: plan.command } }];
    case "unknown":
      return [];
  }
}

function announce(plan: Plan): string {
  switch (plan.kind) {
    case "list":
      return `I am listing ${plan.path === "." ? "this folder" : plan.path}. `;
    case "read":
      return `I am reading ${plan.path}. `;
    case "search":
      return `I am searching for ${plan.pattern}. `;
    case "find":
      return `I am looking for files that match ${plan.pattern}. `;
    case "edit":
      return `I read ${plan.path} before I change it. `;
    case "write":
      return `I am writing ${plan.path}. `;
    case "run":
      return `I am running ${plan.command}. `;
    case "unknown":
      return "";
  }
}

function summary(plan: Plan, content: string): string {
  switch (plan.kind) {
    case "edit":
      return `Done: ${plan.path} is changed.\n\n${quote(content)}`;
    case "write":
      return `Done: ${plan.path} is written.\n\n${quote(content)}`;
    case "run":
      return `The command has ended. Its output:\n\n${quote(content)}`;
    default:
      return `Here is what I found:\n\n${quote(content)}`;
  }
}

const quotedCharsMax = 2_000;
const quote = (content: string): string => {
  const shown = content.length > quotedCharsMax ? `${content.slice(0, quotedCharsMax)}\n… (shortened)` : content;
  return `\`\`\`\n${shown}\n\`\`\``;
};

function helpText(text: string): string {
  const opening = text.trim() === "" ? "I was sent no words." : "I did not understand that.";
  return `${opening} I am the offline stand-in of Dispatch: no language model, only a few patterns that drive the real tools. I understand:

- List the files here
- Read README.md
- Search for "hello" in src
- Find *.ts
- Write "hello" to note.txt
- Replace "hello" with "goodbye" in note.txt
- Run \`ls -la\`

For a real model set DISPATCH_API_KEY (and DISPATCH_BASE_URL, DISPATCH_MODEL) in .env and start the server again.`;
}

const textOf = (message: Message | undefined): string =>
  (message?.parts ?? []).flatMap(({ chunk }) => (chunk.type === "text" ? [chunk.text] : [])).join("\n");
const resultsOf = ({ parts }: Message) => parts.flatMap(({ chunk }) => (chunk.type === "tool-result" ? [chunk] : []));
