import type { Op } from "@dispatch/transport-contract";
import { type Args, type Command, type Context, serverFlags } from "./command.ts";
import { resolveConversationId, resolveQueuedId } from "./conversation-id.ts";
import { opInput } from "./op-input.ts";
import { presenterOf } from "./presenters.ts";
import { printJson } from "./print-json.ts";

/** An op as a command. Ops without a `cli` projection have none. */
export function opCommand(op: Op): Command | undefined {
  if (op.cli === undefined) return undefined;
  const presenter = presenterOf(op);
  const line = opInput(op, presenter?.operands);
  return {
    name: op.cli.command,
    summary: op.summary,
    operands: line.operands,
    flags: [...line.flags, ...(presenter?.flags ?? []), ...serverFlags],
    async run(args, context) {
      const words = line.read(args);
      const input = await withWholeIds(presenter?.input?.(words, args, context.now()) ?? words, context);
      const answer = await ask(op, input, args, context);
      if (args.switches.has("json") || presenter === undefined) await printJson(answer.raw, context.screen);
      else await context.screen.write(...presenter.present(answer.output, context.now()));
      return 0;
    },
  };
}

async function ask(op: Op, input: { readonly [field: string]: unknown }, args: Args, { api, screen }: Context) {
  const presenter = presenterOf(op);
  screen.busy("waiting for the server");
  for (;;) {
    const answer = await api.call(op, input, presenter?.patienceMs?.(input));
    if (!presenter?.again?.(answer.output, args)) return answer;
  }
}

/** People give the beginning of an id; the server takes whole ones. */
async function withWholeIds(input: Input, { api }: Context): Promise<Input> {
  if (typeof input.conversationId !== "string") return input;
  const conversationId = await resolveConversationId(input.conversationId, api);
  if (typeof input.messageId !== "string") return { ...input, conversationId };
  return { ...input, conversationId, messageId: await resolveQueuedId(conversationId, input.messageId, api) };
}

type Input = { readonly [field: string]: unknown };
