import { deltasOf, scriptOf, shortModel } from "../fake-model/script.ts";
import { median } from "../statistics.ts";
import { added, allTotals, assertWhole, interleave, oneTurn } from "./interleave.ts";
import type { Workload } from "./workload.ts";

const warmUp = 30;
/** The first turns of all: what a person meets who has just started it. */
const early = { warmUp: 5, rounds: 20 };

/** What everything beside the model costs when hardly anything is said. Each turn opens a conversation: the dearest kind of short turn. */
export const shortTurn: Workload = {
  id: "W1",
  title: "short warm turn",
  rounds: { usual: 200, quick: 30 },
  async run(stage) {
    const server = await stage.server(await stage.folder());
    const clients = await stage.clients(server);
    const job = () => oneTurn({ model: shortModel, prompt: "Say something short." });
    const earlyRounds = await interleave(clients, { ...early, job });
    const rounds = await interleave(clients, { rounds: stage.rounds, warmUp, job });
    const script = scriptOf(shortModel);
    assertWhole(rounds, script ? deltasOf(script) : 0);
    const warm = added(rounds);
    const cold = added(earlyRounds);
    const firstDeltaMs = Object.fromEntries(
      Object.entries(rounds).map(([name, outcomes]) => [name, median(outcomes.map((one) => one.firstDeltaMs))]),
    );
    return {
      findings: [
        { workload: "W1", what: "short warm turn: added over the floor", unit: "ms", ...warm, measuredUnit: "×", aim: { atMost: 1 } },
        { workload: "W1", what: "the same, turns 6 to 25 of fresh processes", unit: "ms", ...cold, measuredUnit: "×" },
      ],
      details: { firstDeltaMs, earlyMs: allTotals(earlyRounds), totalMs: allTotals(rounds) },
    };
  },
};
