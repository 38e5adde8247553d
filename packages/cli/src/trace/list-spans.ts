import type { RecordFilter, StoredRecord, TraceStore } from "@dispatch/trace-store";
import { age } from "../age.ts";
import type { Args, Command, Context, Flag } from "../command.ts";
import { oneLine } from "../one-line.ts";
import { printJson } from "../print-json.ts";
import type { Piece } from "../screen.ts";
import { attributeText } from "./attribute-text.ts";
import { duration } from "./measures.ts";
import { limitFlag, limitOf, sinceFlag, sinceOf, traceFlags } from "./trace-flags.ts";
import { withTraces } from "./trace-store.ts";
import { writePieces } from "./write-pieces.ts";

const nameFlag: Flag = { name: "name", value: "name", summary: "Only spans of this name: turn, step, tool-call …" };
const messageCharsMax = 300;

export const slowSpans: Command = listCommand("trace slow", "The spans that took longest.", (store, filter) => store.slow(filter));
export const errors: Command = listCommand(
  "trace errors",
  "Spans that failed and errors that were logged, the newest first.",
  (store, filter) => store.errors(filter),
);

type Read = (store: TraceStore, filter: RecordFilter) => readonly StoredRecord[];

function listCommand(name: string, summary: string, read: Read): Command {
  return {
    name,
    summary,
    operands: [],
    flags: [nameFlag, sinceFlag, limitFlag, ...traceFlags],
    async run(args, context) {
      const filter = filterOf(args, context);
      const records = await withTraces(args, context, async (store) => read(store, filter));
      if (args.switches.has("json")) await printJson({ records }, context.screen);
      else
        await writePieces(
          records.flatMap((record) => linePieces(record, context.now())),
          context.screen,
        );
      return 0;
    },
  };
}

function filterOf(args: Args, context: Context): RecordFilter {
  const since = sinceOf(args, context.now());
  const { name } = args.values;
  return { limit: limitOf(args), ...(since === undefined ? {} : { since }), ...(name === undefined ? {} : { name }) };
}

/** How long, what, why it failed, and the ids to look further with. */
function linePieces(record: StoredRecord, nowMs: number): readonly Piece[] {
  const isLog = record.kind === "log";
  const why = record.attributes?.["error.message"];
  const ids = [record.turnId, record.spanId].filter((id) => id !== undefined);
  return [
    ...(record.kind === "span-close" ? [{ text: `${duration(record.durationMs)} | ` }] : []),
    { text: cut(isLog ? record.msg : record.name), tone: "strong" },
    { text: typeof why === "string" ? ` | ${cut(why)}` : attributeText(record.attributes) },
    {
      text: ` | ${oneLine(record.extensionId)}${ids.map((id) => ` | ${oneLine(id)}`).join("")} | ${age(record.timestamp, nowMs)}\n`,
      tone: "quiet",
    },
  ];
}

function cut(text: string): string {
  const line = oneLine(text.slice(0, messageCharsMax * 2));
  return line.length > messageCharsMax ? `${line.slice(0, messageCharsMax).toWellFormed()}…` : line;
}
