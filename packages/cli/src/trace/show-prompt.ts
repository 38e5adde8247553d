import { promptEntries } from "@dispatch/trace-store/reading";
import type { Command } from "../command.ts";
import { oneLine } from "../one-line.ts";
import { printJson } from "../print-json.ts";
import type { Piece } from "../screen.ts";
import { stepOf, traceFlags } from "./trace-flags.ts";
import { withTraces } from "./trace-store.ts";
import type { Prompt } from "./turn-prompts.ts";
import { turnPrompts } from "./turn-prompts.ts";
import { writePieces } from "./write-pieces.ts";

export const showPrompt: Command = {
  name: "trace prompt",
  summary: "What the model got in one step of a turn: system prompt, tools and messages.",
  operands: [{ name: "turnId" }],
  flags: [{ name: "step", value: "n", summary: "Which step, as the turn's tree counts them: from 0; default the last." }, ...traceFlags],
  async run(args, context) {
    const [turnId = ""] = args.operands;
    const prompt = await withTraces(args, context, async (store) => turnPrompts(store, turnId).at(stepOf(args, "step", "last")));
    if (args.switches.has("json")) await printJson(asJson(prompt), context.screen);
    else await writePieces(promptPieces(prompt), context.screen);
    return 0;
  },
};

/** Texts as they were: whoever compares bytes has them. `null`: no longer stored. */
const asJson = ({ system, tools, messages, ...rest }: Prompt) => ({
  ...rest,
  system: system ?? null,
  tools: tools === undefined ? null : parsed(tools),
  messages: messages.map((message) => (message === undefined ? null : parsed(message))),
});

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return json;
  }
}

function promptPieces(prompt: Prompt): readonly Piece[] {
  return promptEntries(prompt).flatMap(({ part, message, role, chunk = 1, type, about, text }) => {
    const title =
      part === "message" ? `message ${message}${role === undefined ? "" : ` ${oneLine(role)}`}${chunk > 1 ? ` chunk ${chunk}` : ""}` : part;
    const more = type === undefined || about === `{"type":"${type}"}` ? "" : ` ${oneLine(about)}`;
    const own: Piece = { text: text === "" || text.endsWith("\n") ? text : `${text}\n` };
    return [{ text: `── ${title}`, tone: "strong" }, { text: `${more}\n`, tone: "quiet" }, own];
  });
}
