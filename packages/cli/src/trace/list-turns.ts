import type { TurnSummary } from "@dispatch/trace-store";
import { age } from "../age.ts";
import type { Command } from "../command.ts";
import { oneLine } from "../one-line.ts";
import { printJson } from "../print-json.ts";
import type { Piece } from "../screen.ts";
import { duration } from "./measures.ts";
import { limitFlag, limitOf, traceFlags } from "./trace-flags.ts";
import { withTraces } from "./trace-store.ts";
import { writePieces } from "./write-pieces.ts";

export const listTurns: Command = {
  name: "trace list",
  summary: "The turns that were traced, the newest first.",
  operands: [],
  flags: [limitFlag, { name: "conversation", value: "id", summary: "Of one conversation alone; its whole id." }, ...traceFlags],
  async run(args, context) {
    const { conversation } = args.values;
    const filter = { limit: limitOf(args), ...(conversation === undefined ? {} : { conversationId: conversation }) };
    const turns = await withTraces(args, context, async (store) => store.turns(filter));
    if (args.switches.has("json")) await printJson({ turns }, context.screen);
    else
      await writePieces(
        turns.flatMap((turn) => turnPieces(turn, context.now())),
        context.screen,
      );
    return 0;
  },
};

function turnPieces({ turnId, conversationId, startedAt, durationMs, status, attributes }: TurnSummary, nowMs: number): readonly Piece[] {
  const failed: readonly Piece[] = status === "error" ? [{ text: " ERR", tone: "bad" }] : [];
  const more = [conversationId, attributes.model, attributes.finishReason, tokens(attributes)].filter((text) => typeof text === "string");
  return [
    { text: oneLine(turnId), tone: "strong" },
    { text: ` | ${durationMs === undefined ? "(open)" : duration(durationMs)}` },
    ...failed,
    { text: more.map((text) => ` | ${oneLine(text)}`).join("") },
    { text: ` | ${age(startedAt, nowMs)}\n`, tone: "quiet" },
  ];
}

function tokens(attributes: TurnSummary["attributes"]): string | undefined {
  const { "usage.inputTokens": input, "usage.outputTokens": output } = attributes;
  return typeof input === "number" && typeof output === "number" ? `${input} in, ${output} out` : undefined;
}
