import { getRetention, setRetention } from "@dispatch/transport-contract";
import { ClientFault } from "../client-fault.ts";
import { type Args, type Command, type Flag, serverFlags } from "../command.ts";
import { printJson } from "../print-json.ts";
import { retentionPieces } from "../retention-pieces.ts";

const dayFlags: readonly (Flag & { readonly field: string })[] = [
  {
    name: "conversation-days",
    field: "conversationDays",
    value: "days",
    summary: "Keep closed conversations so long after their last activity; 0: for ever.",
  },
  { name: "image-days", field: "imageDays", value: "days", summary: "Keep images that no message refers to; 0: for ever." },
  { name: "output-days", field: "outputDays", value: "days", summary: "Keep outputs of tools that were too large to show; 0: for ever." },
];
const automaticFlag: Flag = { name: "automatic", value: "when", summary: "Prune once a day by itself, or not.", choices: ["on", "off"] };

export const retention: Command = {
  name: "retention",
  summary: "Shows how long closed conversations and leftover files are kept, and sets it; dispatch prune removes what is past it.",
  operands: [],
  flags: [...dayFlags, automaticFlag, ...serverFlags],
  async run(args, { api, screen }) {
    const change = changeOf(args);
    const { output, raw } = Object.keys(change).length === 0 ? await api.call(getRetention, {}) : await api.call(setRetention, change);
    if (args.switches.has("json")) await printJson(raw, screen);
    else await screen.write(...retentionPieces(output));
    return 0;
  },
};

function changeOf({ values }: Args): { readonly [field: string]: unknown } {
  const change: { [field: string]: unknown } = {};
  for (const { name, field } of dayFlags) {
    const word = values[name];
    if (word === undefined) continue;
    if (!/^\d{1,5}$/.test(word))
      throw new ClientFault("invalid", "cli/invalid-input", `--${name} takes a whole number of days, not "${word}".`);
    change[field] = Number(word);
  }
  if (values[automaticFlag.name] !== undefined) change.automatic = values[automaticFlag.name] === "on";
  return change;
}
