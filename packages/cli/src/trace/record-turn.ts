import { resolve } from "node:path";
import { recordTrace } from "@dispatch/transport-contract";
import { usageFault } from "../client-fault.ts";
import { type Command, serverFlags } from "../command.ts";
import { printJson } from "../print-json.ts";
import { writeRecording } from "./recording-folder.ts";

export const recordTurn: Command = {
  name: "trace record",
  summary: "Writes a recorded turn as files that a test can replay.",
  operands: [{ name: "turnId" }],
  flags: [
    { name: "out", value: "folder", summary: "The folder to write to; it is made, and nothing in it is overwritten.", completes: "folder" },
    ...serverFlags,
  ],
  async run({ operands, switches, values }, { api, screen, folder }) {
    const [turnId = ""] = operands;
    if (values.out === undefined || values.out === "") throw usageFault("Say where: dispatch trace record <turnId> --out <folder>");
    screen.busy("waiting for the server");
    const { output } = await api.call(recordTrace, { turnId });
    const paths = await writeRecording(resolve(folder(), values.out), output.files);
    if (switches.has("json")) await printJson({ turnId, paths }, screen);
    else await screen.write(...paths.map((path) => ({ text: `${path}\n` })));
    return 0;
  },
};
