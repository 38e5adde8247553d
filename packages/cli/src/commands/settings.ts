import { resolve } from "node:path";
import { listConversations, type Op } from "@dispatch/transport-contract";
import { ClientFault } from "../client-fault.ts";
import { type Args, type Command, type Context, serverFlags } from "../command.ts";
import { resolveConversationId } from "../conversation-id.ts";
import { oneLine } from "../one-line.ts";
import { printJson } from "../print-json.ts";
import { type Setting, settings } from "../settings.ts";

type Values = { readonly [name: string]: unknown };

export const settingsCommand: Command = {
  name: "settings",
  summary: "Shows what is set for a conversation, and sets it.",
  operands: [{ name: "id" }],
  flags: [...settings.map(({ flag }) => flag), ...serverFlags],
  async run(args, context) {
    const changes = changesOf(args, context);
    const conversationId = await resolveConversationId(args.operands[0] ?? "", context.api);
    for (const { op, input } of changes) await context.api.call(op, { conversationId, ...input });
    const values = { ...(await recordOf(conversationId, context)), ...(await readAll(conversationId, context)) };
    if (args.switches.has("json")) await printJson({ conversationId, ...values }, context.screen);
    else await show(values, context);
    return 0;
  },
};

/** All of them are checked before the first is sent: a command line with one wrong value changes nothing. */
function changesOf({ values }: Args, context: Context): readonly { readonly op: Op; readonly input: Values }[] {
  return settings.flatMap(({ flag, field, parse = (word) => word, set, clear }) => {
    const word = values[flag.name];
    if (word === undefined) return [];
    if (word === "" && clear !== undefined) return [{ op: clear, input: {} }];
    const value = flag.completes === "folder" ? resolve(context.folder(), word) : parse(word);
    const checked = set.input.safeParse({ conversationId: "any", [field]: value });
    if (checked.success) return [{ op: set, input: { [field]: value } }];
    const why = checked.error.issues.map(({ message }) => message).join("; ");
    throw new ClientFault("invalid", "cli/invalid-input", `--${flag.name} cannot be ${JSON.stringify(word)}: ${why}`);
  });
}

/** What a list shows of it. Nothing of a conversation that nothing was ever written of. */
async function recordOf(conversationId: string, { api }: Context): Promise<Values> {
  const { output } = await api.call(listConversations, { q: conversationId });
  const record = output.conversations.find(({ id }) => id === conversationId);
  return record === undefined ? {} : { title: record.title, status: record.status, workspace: record.workspaceId };
}

async function readAll(conversationId: string, { api }: Context): Promise<Values> {
  const read = async ({ flag, field, get }: Setting): Promise<Values> => {
    if (get === undefined) return {};
    try {
      const { output } = await api.call(get, { conversationId });
      return { [flag.name]: (output as Values)[field] };
    } catch (thrown) {
      // A server without the feature has no such setting.
      if (thrown instanceof ClientFault && thrown.kind === "missing") return {};
      throw thrown;
    }
  };
  return Object.assign({}, ...(await Promise.all(settings.map(read)))) as Values;
}

async function show(values: Values, { screen }: Context): Promise<void> {
  const width = Math.max(...Object.keys(values).map((name) => name.length));
  for (const [name, value] of Object.entries(values))
    await screen.write({ text: `${name.padEnd(width)}  `, tone: "quiet" }, { text: `${value === null ? "–" : oneLine(String(value))}\n` });
}
