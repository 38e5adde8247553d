import type { StoredRecord } from "@dispatch/trace-store";
import { ClientFault } from "../client-fault.ts";
import type { Command } from "../command.ts";
import { oneLine } from "../one-line.ts";
import { printJson } from "../print-json.ts";
import type { Piece } from "../screen.ts";
import { duration, size } from "./measures.ts";
import { traceFlags } from "./trace-flags.ts";
import { withTraces } from "./trace-store.ts";
import { writePieces } from "./write-pieces.ts";

export const showSpan: Command = {
  name: "trace show",
  summary: "All that was recorded of one span.",
  operands: [{ name: "spanId" }],
  flags: [{ name: "body", summary: "The text that was stored with it, verbatim." }, ...traceFlags],
  async run(args, context) {
    const [spanId = ""] = args.operands;
    const withBody = args.switches.has("body");
    const found = await withTraces(args, context, async (store) =>
      store
        .span(spanId)
        .map((record) => ({ record, body: withBody && record.bodyHash !== undefined ? (store.body(record.id) ?? null) : undefined })),
    );
    if (found.length === 0)
      throw new ClientFault(
        "missing",
        "cli/no-span",
        `No span ${spanId} was traced. "dispatch trace <turnId> --json" names the spans of a turn.`,
      );
    if (args.switches.has("json"))
      await printJson(
        { spanId, records: found.map(({ record, body }) => (body === undefined ? record : { ...record, body })) },
        context.screen,
      );
    else
      await writePieces(
        found.flatMap(({ record, body }) => [...recordPieces(record), ...bodyPieces(body)]),
        context.screen,
      );
    return 0;
  },
};

function recordPieces(record: StoredRecord): readonly Piece[] {
  const { id: _, kind, bodySizeBytes, attributes = {}, timestamp, ...rest } = record;
  const title = record.kind === "log" ? record.msg : record.name;
  const fields = Object.entries(rest).filter(([name]) => !["name", "msg", "durationMs", "links", "bodyHash"].includes(name));
  const links = record.kind === "log" ? [] : (record.links ?? []);
  const line = (name: string, value: unknown): readonly Piece[] => [
    { text: `  ${oneLine(name)}  `, tone: "quiet" },
    { text: `${oneLine(String(value))}\n` },
  ];
  return [
    { text: `${kind} ` },
    { text: `${oneLine(title)}\n`, tone: "strong" },
    ...line("time", timeText(timestamp)),
    ...(record.kind === "span-close" ? line("duration", duration(record.durationMs)) : []),
    ...fields.flatMap(([name, value]) => line(name, value)),
    ...Object.entries(attributes).flatMap(([name, value]) => line(name, value)),
    ...links.flatMap(({ spanId, turnId, reason }) => line("link", [spanId, turnId, reason].filter(Boolean).join(" "))),
    ...(bodySizeBytes === undefined ? [] : line("body", size(bodySizeBytes))),
  ];
}

/** A time that no date can be is told as the number that it is. */
const timeText = (epochMs: number): string => (Math.abs(epochMs) <= 8.64e15 ? new Date(epochMs).toISOString() : String(epochMs));

function bodyPieces(body: string | null | undefined): readonly Piece[] {
  if (body === undefined) return [];
  return body === null
    ? [{ text: "(the body is no longer stored)\n", tone: "quiet" }]
    : [{ text: body.endsWith("\n") ? body : `${body}\n` }];
}
