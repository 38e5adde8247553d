import { enqueueMessage, openConversation } from "@dispatch/transport-contract";
import type { AgentEvent } from "@dispatch/wire";
import { usageFault } from "../client-fault.ts";
import { type Args, type Command, type Context, serverFlags } from "../command.ts";
import { resolveConversationId } from "../conversation-id.ts";
import { followTurn } from "../follow-turn.ts";
import { imageFlag, readImages } from "../image-flag.ts";
import { circumstances, cwdFlag, effortFlag, messageFlags, openFlag, readMessage, workspaceFlag } from "../message-flags.ts";
import { printJson } from "../print-json.ts";
import { renderEvent } from "../render-event.ts";
import type { Piece } from "../screen.ts";

export const send: Command = {
  name: "send",
  summary: "Sends a message to a conversation and prints the reply.",
  operands: [{ name: "id" }],
  flags: [
    ...messageFlags,
    { name: "queue", summary: "Do not wait for the reply; a running turn takes the message up at its next step." },
    openFlag,
    cwdFlag,
    effortFlag,
    workspaceFlag,
    ...serverFlags,
  ],
  async run(args, context) {
    const message = await readMessage(args, context);
    if (args.switches.has("queue")) refuseTurnFlags(args);
    const conversationId = await resolveConversationId(args.operands[0] ?? "", context.api);
    if (args.switches.has("open")) await context.api.call(openConversation, { conversationId });
    return args.switches.has("queue") ? enqueue(conversationId, message, args, context) : reply(conversationId, message, args, context);
  },
};

/** The queue carries text alone; a flag that would be dropped is refused. */
function refuseTurnFlags({ values }: Args): void {
  for (const flag of [cwdFlag, effortFlag, imageFlag])
    if (values[flag.name] !== undefined)
      throw usageFault(`--${flag.name} does not go with --queue: a queued message carries its text alone.`);
}

async function enqueue(conversationId: string, text: string, args: Args, { api, screen }: Context): Promise<number> {
  const workspaceId = args.values.workspace;
  const { output, raw } = await api.call(enqueueMessage, { conversationId, text, ...(workspaceId === undefined ? {} : { workspaceId }) });
  if (args.switches.has("json")) await printJson(raw, screen);
  else if (output.startedTurn) await screen.write({ text: `Started a turn in ${conversationId}.\n` });
  else await screen.write({ text: `Queued in ${conversationId} (${output.queue.length} waiting).\n` });
  return 0;
}

async function reply(conversationId: string, message: string, args: Args, context: Context): Promise<number> {
  const json = args.switches.has("json");
  const request = { conversationId, message, ...(await readImages(args, context)), ...circumstances(args, context) };
  const { exitCode } = await followTurn({ request, json, render: replyOnly }, context);
  if (!json)
    await context.screen.write({ text: `${context.screen.midLine() ? "\n" : ""}[conversation] ${conversationId}\n`, tone: "quiet" });
  return exitCode;
}

const replyOnly = (event: AgentEvent): Piece | undefined =>
  event.type === "text-delta" || event.type === "error" ? renderEvent(event, { showReasoning: false }) : undefined;
