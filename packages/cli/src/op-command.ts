import type { Op } from "@dispatch/transport-contract";
import { type Args, type Command, type Context, serverFlags } from "./command.ts";
import { resolveConversationId } from "./conversation-id.ts";
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
      const input = await withWholeId(presenter?.input?.(words, args, context.now()) ?? words, context);
      const answer = await ask(op, input, args, context);
      if (args.switches.has("json") || presenter === undefined) await printJson(answer.raw, context.screen);
      else await context.screen.write(...presenter.present(answer.output, context.now()));
      return 0;
    },
  };
}

async function ask(op: Op, input: { readonly [field: string]: unknown }, args: Args, { api, screen }: Context) {
  screen.busy("waiting for the server");
  for (;;) {
    const answer = await api.call(op, input);
    if (!presenterOf(op)?.again?.(answer.output, args)) return answer;
  }
}

/** People give the beginning of a conversation's id; the server takes whole ones. */
async function withWholeId(input: { readonly [field: string]: unknown }, { api }: Context): Promise<{ readonly [field: string]: unknown }> {
  if (typeof input.conversationId !== "string") return input;
  return { ...input, conversationId: await resolveConversationId(input.conversationId, api) };
}
