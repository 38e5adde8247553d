import { resolve } from "node:path";
import { recordTrace } from "@dispatch/transport-contract";
import { usageFault } from "../client-fault.ts";
import { type Command, serverFlags } from "../command.ts";
import { printJson } from "../print-json.ts";
import { fromTraces } from "./own-server.ts";
import { writeRecording } from "./recording-folder.ts";
import { dbFlag } from "./trace-store.ts";

export const recordTurn: Command = {
  name: "trace record",
  summary: "Writes a recorded turn as files that a test can replay.",
  operands: [{ name: "turnId" }],
  flags: [
    { name: "out", value: "folder", summary: "The folder to write to; it is made, and nothing in it is overwritten.", completes: "folder" },
    dbFlag,
    ...serverFlags,
  ],
  async run(args, context) {
    const { operands, switches, values } = args;
    const { api, screen, folder } = context;
    const [turnId = ""] = operands;
    if (values.out === undefined || values.out === "") throw usageFault("Say where: dispatch trace record <turnId> --out <folder>");
    screen.busy("reading the recording");
    const here = await fromTraces("recording", turnId, args, context);
    const output = here === undefined ? (await api.call(recordTrace, { turnId })).output : recordTrace.output.parse(here);
    const paths = await writeRecording(resolve(folder(), values.out), output.files);
    if (switches.has("json")) await printJson({ turnId, paths }, screen);
    else await screen.write(...paths.map((path) => ({ text: `${path}\n` })));
    return 0;
  },
};
