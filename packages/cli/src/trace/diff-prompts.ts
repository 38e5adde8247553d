import { type DifferentPlace, type PromptDifference, promptDifference, promptEntries } from "@dispatch/trace-store/reading";
import type { Command } from "../command.ts";
import { oneLine } from "../one-line.ts";
import { printJson } from "../print-json.ts";
import type { Piece } from "../screen.ts";
import { size } from "./measures.ts";
import { stepOf, traceFlags } from "./trace-flags.ts";
import { withTraces } from "./trace-store.ts";
import { turnPrompts } from "./turn-prompts.ts";

export const diffPrompts: Command = {
  name: "trace diff",
  summary: "Where two prompts first differ: what a provider's cache could not use again.",
  operands: [{ name: "turnA" }, { name: "turnB" }],
  flags: [
    { name: "step-a", value: "n", summary: "Which step of the first turn, from 0; default the last." },
    { name: "step-b", value: "n", summary: "Which step of the second turn; default the first." },
    ...traceFlags,
  ],
  async run(args, context) {
    const [turnA = "", turnB = ""] = args.operands;
    const [first, second] = await withTraces(args, context, async (store) => [
      turnPrompts(store, turnA).at(stepOf(args, "step-a", "last")),
      turnPrompts(store, turnB).at(stepOf(args, "step-b", "first")),
    ]);
    if (first === undefined || second === undefined) return 0;
    const difference = promptDifference(promptEntries(first), promptEntries(second));
    const sides = [first, second].map(({ turnId, step }) => ({ turnId, step }));
    if (args.switches.has("json")) await printJson({ prompts: sides, same: difference.at === undefined, ...difference }, context.screen);
    else await context.screen.write(...differencePieces(difference));
    return 0;
  },
};

function differencePieces({ sharedBytes, bytes: [first, second], at }: PromptDifference): readonly Piece[] {
  if (at === undefined) return [{ text: `The prompts are the same: ${size(first)} (${first} bytes).\n` }];
  const shared = `They share the first ${size(sharedBytes)} (${sharedBytes} bytes) of ${size(first)} and ${size(second)}.\n`;
  if (at.first === null)
    return [{ text: `The second begins with all of the first and goes on at ${place(at)}.\n` }, { text: shared }, side("B", at.second)];
  if (at.second === null)
    return [{ text: `The first begins with all of the second and goes on at ${place(at)}.\n` }, { text: shared }, side("A", at.first)];
  return [{ text: `They differ at ${place(at)}.\n`, tone: "strong" }, { text: shared }, side("A", at.first), side("B", at.second)];
}

function place({ part, message, role, chunk, type, character }: DifferentPlace): string {
  const words = [
    part === "message"
      ? `message ${message}${role === undefined ? "" : ` (${oneLine(role)})`}`
      : part === "tools"
        ? "the tools"
        : "the system prompt",
    ...(chunk === undefined ? [] : [`chunk ${chunk}${type === undefined ? "" : ` (${oneLine(type)})`}`]),
    ...(character === 0 ? [] : [`character ${character}`]),
  ];
  return words.join(", ");
}

/** Line breaks show as what they are, so that a place stays in its line. */
const side = (name: string, text: string | null): Piece => ({ text: `  ${name}  ${JSON.stringify(text ?? "")}\n` });
