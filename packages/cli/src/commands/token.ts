import { createToken, listTokens, type Op, revokeToken } from "@dispatch/transport-contract";
import { type Command, serverFlags } from "../command.ts";
import { opCommand } from "../op-command.ts";

const ops: readonly Op[] = [createToken, listTokens, revokeToken].map((op) => op as unknown as Op);
const [listed] = [listTokens as unknown as Op].flatMap((op) => opCommand(op) ?? []);

/** The tokens that let others in. Alone it lists them. */
export const token: Command = {
  name: "token",
  summary: "Lists the access tokens; create makes one, revoke ends one.",
  operands: [],
  flags: serverFlags,
  within: ops.flatMap((op) => opCommand(op) ?? []),
  run: (args, context) => listed?.run(args, context) ?? Promise.resolve(0),
};
