import type { Outcome } from "../contestants/contestant.ts";
import { burstModel } from "../fake-model/script.ts";
import { cpuSeconds } from "../process-facts.ts";
import { median } from "../statistics.ts";
import { allTotals, assertWhole, interleave, oneTurn, totals } from "./interleave.ts";
import type { Workload } from "./workload.ts";

const deltas = 20_000;
const warmUp = 3;
const cpuPer = 10_000;

/** How fast text flows through when the model is faster than we are. */
export const longStream: Workload = {
  id: "W2",
  title: "one stream of 20,000 deltas",
  rounds: { usual: 15, quick: 3 },
  async run(stage) {
    const server = await stage.server(await stage.folder());
    const clients = await stage.clients(server);
    let cpu = 0;
    const rounds = await interleave(clients, {
      rounds: stage.rounds,
      warmUp,
      job: () => oneTurn({ model: burstModel(deltas), prompt: "Say a great deal." }),
      async around(perform) {
        const before = cpuSeconds(server.pid);
        const outcome = await perform();
        cpu += cpuSeconds(server.pid) - before;
        return outcome;
      },
    });
    assertWhole(rounds, deltas);
    const rate = (outcomes: readonly Outcome[]) => median(totals(outcomes).map((ms) => deltas / (ms / 1000)));
    const [floor, streamText, dispatch] = [rate(rounds.floor), rate(rounds.streamText), rate(rounds.dispatch)];
    const cpuPer10k = (cpu / stage.rounds) * (cpuPer / deltas);
    return {
      findings: [
        {
          workload: "W2",
          what: "20,000 deltas in one stream: rate",
          unit: "/s",
          floor,
          streamText,
          dispatch,
          measured: dispatch / streamText,
          measuredUnit: "×",
          aim: { atLeast: 1.5 },
        },
        {
          workload: "W2",
          what: "CPU of the server per 10,000 deltas",
          unit: "s",
          dispatch: cpuPer10k,
          measured: cpuPer10k,
          measuredUnit: "s",
          aim: { atMost: 0.12 },
        },
      ],
      details: { totalMs: allTotals(rounds) },
    };
  },
};
