import { type ChatRequest, openConversation } from "@dispatch/transport-contract";
import { asClientFault } from "../client-fault.ts";
import { type Args, type Command, type Context, type Flag, serverFlags } from "../command.ts";
import { followTurn } from "../follow-turn.ts";
import { readImages } from "../image-flag.ts";
import { circumstances, cwdFlag, effortFlag, messageFlags, openFlag, readMessage, workspaceFlag } from "../message-flags.ts";
import { renderEvent } from "../render-event.ts";

const modelFlag: Flag = { name: "model", value: "name", summary: "A model name, as dispatch models lists them; default the server's own." };
const flags: readonly Flag[] = [
  ...messageFlags,
  { name: "conversation", value: "id", summary: "The conversation to go on with; a new one by default." },
  cwdFlag,
  effortFlag,
  workspaceFlag,
  { name: "show-reasoning", summary: "Print the model's reasoning too." },
  openFlag,
  ...serverFlags,
];

export const chat: Command = {
  name: "chat",
  summary: "Runs one turn and prints it as it happens.",
  operands: [],
  flags: [modelFlag, ...flags],
  run: (args, context) => runChat(args.values.model, args, context),
};

/** A model name in place of a command. */
export function chatWith(model: string): Command {
  return {
    name: model,
    summary: `Runs one turn with ${model}.`,
    operands: [],
    flags,
    run: (args, context) => runChat(model, args, context),
  };
}

/** The same, as help shows it. */
export const modelMode: Command = { ...chatWith("<credential>/<model>"), summary: "Runs one turn with that model." };

async function runChat(model: string | undefined, args: Args, context: Context): Promise<number> {
  const json = args.switches.has("json");
  const request: Partial<ChatRequest> = {
    message: await readMessage(args, context),
    ...(await readImages(args, context)),
    ...(model === undefined ? {} : { model }),
    ...(args.values.conversation === undefined ? {} : { conversationId: args.values.conversation }),
    cwd: context.folder(),
    ...circumstances(args, context),
  };
  const showReasoning = args.switches.has("show-reasoning");
  const { exitCode, conversationId } = await followTurn(
    {
      request,
      json,
      render: (event) => renderEvent(event, { showReasoning }),
      ...(args.switches.has("open") ? { onConversation: (id) => openQuietly(id, context) } : {}),
    },
    context,
  );
  if (!json && conversationId !== undefined) {
    const before = context.screen.midLine() ? "\n\n" : "\n";
    await context.screen.write({ text: `${before}[conversation] ${conversationId}\n`, tone: "quiet" });
  }
  return exitCode;
}

/** The turn runs already, so a screen that could not be opened does not end it. */
async function openQuietly(conversationId: string, { api, screen }: Context): Promise<void> {
  try {
    await api.call(openConversation, { conversationId });
  } catch (thrown) {
    await screen.write({ text: `--open failed: ${asClientFault(thrown).message}\n`, to: "stderr" });
  }
}
