import { usageFault } from "../client-fault.ts";
import type { Command } from "../command.ts";
import { printJson } from "../print-json.ts";
import { version } from "../version.ts";
import { limitFlag, limitOf, traceFlags } from "./trace-flags.ts";
import { withTraces } from "./trace-store.ts";

export const exportSpans: Command = {
  name: "trace export",
  summary: "Prints the spans of a turn, or of the newest turns, for other programs. Bodies stay here.",
  operands: [{ name: "turnId", optional: true }],
  flags: [{ name: "otlp", summary: "As OpenTelemetry's OTLP/JSON, one request for POST /v1/traces." }, limitFlag, ...traceFlags],
  async run(args, context) {
    const [turnId] = args.operands;
    if (!args.switches.has("otlp")) throw usageFault("Say in which form: dispatch trace export --otlp");
    const { finishedSpans, otlpRequest } = await import("@dispatch/otlp-spans");
    const limit = limitOf(args);
    const spans = await withTraces(args, context, async (store) => {
      const turnIds = turnId === undefined ? store.turns({ limit }).map((turn) => turn.turnId) : [turnId];
      return turnIds.flatMap((id) => finishedSpans(store.turn(id)));
    });
    await printJson(otlpRequest(spans, { version }), context.screen);
    return 0;
  },
};
