import { replayTrace } from "@dispatch/transport-contract";
import { type Command, serverFlags } from "../command.ts";
import { exitCodes } from "../exit-code.ts";
import { printJson } from "../print-json.ts";
import type { Piece } from "../screen.ts";
import { fromTraces } from "./own-server.ts";
import { dbFlag } from "./trace-store.ts";

/** A model may think for as long as that. */
const patienceMs = 20 * 60_000;

export const replayTurn: Command = {
  name: "trace replay",
  summary: "Runs a recorded turn again, and says whether the same comes out: without a server where the trace database is at hand.",
  operands: [{ name: "turnId" }],
  flags: [{ name: "live-model", summary: "Let the server ask the model itself, and show where the two part." }, dbFlag, ...serverFlags],
  async run(args, context) {
    const { operands, switches } = args;
    const { api, screen } = context;
    const [turnId = ""] = operands;
    const liveModel = switches.has("live-model");
    screen.busy("replaying");
    const here = liveModel ? undefined : await fromTraces("replay", turnId, args, context);
    const { output, raw } =
      here === undefined
        ? await api.call(replayTrace, { turnId, ...(liveModel ? { liveModel } : {}) }, patienceMs)
        : { output: replayTrace.output.parse(here), raw: here };
    if (switches.has("json")) await printJson(raw, screen);
    else await screen.write(...replayPieces(output));
    // A model may say something else each time; the kernel may not.
    return output.same || liveModel ? 0 : exitCodes.defect;
  },
};

type Replay = ReturnType<(typeof replayTrace.output)["parse"]>;

function replayPieces({ same, recordedEvents, replayedEvents, difference, stuck }: Replay): readonly Piece[] {
  if (same) return [{ text: `The same ${recordedEvents} events.\n` }];
  return [
    { text: difference === undefined ? "The replay did not get to the end.\n" : `They part at event ${difference.line}.\n`, tone: "bad" },
    { text: `${recordedEvents} events were recorded, ${replayedEvents} came out.\n` },
    ...(difference === undefined ? [] : [side("recorded", difference.recorded), side("replayed", difference.replayed)]),
    ...(stuck === undefined ? [] : [{ text: `${stuck}\n` }]),
  ];
}

const side = (name: string, event: string | null): Piece => ({ text: `  ${name}  ${event ?? "(the end)"}\n` });
