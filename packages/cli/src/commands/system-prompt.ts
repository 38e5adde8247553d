import { getSystemPrompt, listPromptVariables, setSystemPrompt, templateCharsMax } from "@dispatch/transport-contract";
import { usageFault } from "../client-fault.ts";
import { type Args, type Command, type Context, serverFlags } from "../command.ts";
import { readTextFile } from "../message-flags.ts";
import { oneLine } from "../one-line.ts";
import { printJson } from "../print-json.ts";

export const systemPrompt: Command = {
  name: "system-prompt",
  summary: "Shows the template that system prompts are made from, and sets it from a file.",
  operands: [],
  flags: [
    { name: "file", value: "path", summary: "A UTF-8 file with the new template; an empty one is no system prompt.", completes: "file" },
    { name: "variables", summary: "Show what a template can insert." },
    ...serverFlags,
  ],
  async run(args, context) {
    if (args.values.file !== undefined && args.switches.has("variables")) throw usageFault("--file and --variables exclude each other.");
    return args.switches.has("variables") ? showVariables(args, context) : template(args, context);
  },
};

async function template({ values, switches }: Args, context: Context): Promise<number> {
  const { api, screen } = context;
  const { file } = values;
  const { output, raw } =
    file === undefined
      ? await api.call(getSystemPrompt, {})
      : await api.call(setSystemPrompt, { template: await readTextFile(file, templateCharsMax, context) });
  if (switches.has("json")) await printJson(raw, screen);
  else if (file !== undefined)
    await screen.write({ text: "Set. Conversations that begin from now on use it; those that have a system prompt keep theirs.\n" });
  else await screen.write({ text: output.template === "" || output.template.endsWith("\n") ? output.template : `${output.template}\n` });
  return 0;
}

async function showVariables({ switches }: Args, { api, screen }: Context): Promise<number> {
  const { output, raw } = await api.call(listPromptVariables, {});
  if (switches.has("json")) await printJson(raw, screen);
  else
    for (const { type, name, description } of output.variables)
      await screen.write({ text: `[${oneLine(type)}:${oneLine(name)}]`, tone: "strong" }, { text: ` | ${oneLine(description)}\n` });
  return 0;
}
