import { answerApprovals, approvalScopes, listApprovals } from "@dispatch/transport-contract";
import { resolveApprovalId } from "../approval-id.ts";
import { settledText, shortId } from "../approval-pieces.ts";
import { type Args, type Command, type Context, type Operand, serverFlags } from "../command.ts";
import { exitCodes } from "../exit-code.ts";
import { printJson } from "../print-json.ts";
import type { Piece } from "../screen.ts";

const ids: readonly Operand[] = [{ name: "approval", rest: true }];

export const approve: Command = {
  name: "approve",
  summary: "Lets tool calls be made that wait for it; dispatch approvals lists them.",
  operands: ids,
  flags: [
    { name: "scope", value: "scope", summary: "How far the yes goes; this call alone (once) by default.", choices: approvalScopes },
    ...serverFlags,
  ],
  run: (args, context) => answer({ allow: true, ...(args.values.scope === undefined ? {} : { scope: args.values.scope }) }, args, context),
};

export const deny: Command = {
  name: "deny",
  summary: "Refuses tool calls that wait; their turns go on, and the model reads why.",
  operands: ids,
  flags: [{ name: "reason", value: "text", summary: "Why not; the model reads it." }, ...serverFlags],
  run: (args, context) =>
    answer({ allow: false, ...(args.values.reason === undefined ? {} : { reason: args.values.reason }) }, args, context),
};

/** Each question has its own outcome; the exit code is that of the first that was not answered. */
async function answer(given: object, args: Args, { api, screen }: Context): Promise<number> {
  const { approvals } = (await api.call(listApprovals, {})).output;
  const chosen = [...new Set(args.operands.map((id) => resolveApprovalId(id, approvals)))];
  const { output, raw } = await api.call(answerApprovals, { answers: chosen.map((approvalId) => ({ approvalId, ...given })) });
  const failed = output.results.flatMap(({ fault }) => (fault === undefined ? [] : [fault]));
  if (args.switches.has("json")) await printJson(raw, screen);
  else
    await screen.write(
      ...output.results.map(({ approvalId, approval, fault }): Piece => {
        if (fault !== undefined) return { text: `${shortId(approvalId)}: ${fault.error}\n`, to: "stderr", tone: "bad" };
        return { text: approval === undefined ? "" : `${settledText(approval)}\n` };
      }),
    );
  return failed[0] === undefined ? 0 : exitCodes[failed[0].kind];
}
