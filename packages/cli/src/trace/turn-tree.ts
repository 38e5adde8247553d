import { usageFault } from "../client-fault.ts";
import type { Command } from "../command.ts";
import { printJson } from "../print-json.ts";
import { traceFlags } from "./trace-flags.ts";
import { withTraces } from "./trace-store.ts";
import { treePieces } from "./tree-pieces.ts";
import { writePieces } from "./write-pieces.ts";

/** `dispatch trace <turnId>`. An unknown turn prints nothing. */
export const turnTree: Pick<Command, "operands" | "flags" | "run"> = {
  operands: [{ name: "turnId" }, { name: "dbPath", optional: true }],
  flags: traceFlags,
  async run(args, context) {
    const [turnId = "", dbPath] = args.operands;
    if (dbPath !== undefined && args.values.db !== undefined)
      throw usageFault("Name the database once: behind the turn's id, or with --db.");
    const records = await withTraces(args, context, async (store) => store.turn(turnId), dbPath ?? args.values.db);
    if (args.switches.has("json")) await printJson({ turnId, records }, context.screen);
    else await writePieces(treePieces(records), context.screen);
    return 0;
  },
};
