import { writeNotes } from "../fake-model/notes.ts";
import { deltasOf, readsModel, scriptOf } from "../fake-model/script.ts";
import { added, allTotals, assertWhole, interleave, oneTurn } from "./interleave.ts";
import type { Workload } from "./workload.ts";

const steps = 25;
const readsPerStep = 2;
const warmUp = 5;

/** What the loop of steps and tools costs: 25 steps that read two files each, then an answer. */
export const manyReads: Workload = {
  id: "W3",
  title: "25 steps, 2 file reads each",
  rounds: { usual: 25, quick: 3 },
  async run(stage) {
    const folder = await stage.folder();
    await writeNotes(folder, steps * readsPerStep);
    const server = await stage.server(await stage.folder());
    const clients = await stage.clients(server);
    const model = readsModel(steps, readsPerStep);
    const rounds = await interleave(clients, {
      rounds: stage.rounds,
      warmUp,
      job: () => oneTurn({ model, prompt: "Read all the notes.", folder }),
    });
    const script = scriptOf(model);
    assertWhole(rounds, script ? deltasOf(script) : 0);
    return {
      findings: [
        {
          workload: "W3",
          what: "25 steps, 2 file reads each: added over the floor",
          unit: "ms",
          ...added(rounds),
          measuredUnit: "×",
          aim: { atMost: 1.3 },
        },
      ],
      details: { totalMs: allTotals(rounds) },
    };
  },
};
