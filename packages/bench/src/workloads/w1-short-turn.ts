import { deltasOf, scriptOf, shortModel } from "../fake-model/script.ts";
import { median, medianDifference } from "../statistics.ts";
import { assertWhole, interleave, oneTurn, totals } from "./interleave.ts";
import type { Workload } from "./workload.ts";

const warmUp = 50;

/** What everything beside the model costs when hardly anything is said. Each turn opens a conversation: the dearest kind of short turn. */
export const shortTurn: Workload = {
  id: "W1",
  title: "short warm turn",
  rounds: { usual: 200, quick: 30 },
  async run(stage) {
    const server = await stage.server(await stage.folder());
    const clients = await stage.clients(server);
    const job = () => oneTurn({ model: shortModel, prompt: "Say something short." });
    const rounds = await interleave(clients, { rounds: stage.rounds, warmUp, job });
    const script = scriptOf(shortModel);
    assertWhole(rounds, script ? deltasOf(script) : 0);
    const floor = totals(rounds.floor);
    const streamText = medianDifference(totals(rounds.streamText), floor);
    const dispatch = medianDifference(totals(rounds.dispatch), floor);
    const firstDeltaMs = Object.fromEntries(
      Object.entries(rounds).map(([name, outcomes]) => [name, median(outcomes.map((one) => one.firstDeltaMs))]),
    );
    return {
      findings: [
        {
          workload: "W1",
          what: "short warm turn: added over the floor",
          unit: "ms",
          floor: median(floor),
          streamText,
          dispatch,
          measured: dispatch / streamText,
          measuredUnit: "×",
          aim: { atMost: 1 },
        },
      ],
      details: { firstDeltaMs, totalMs: { floor, streamText: totals(rounds.streamText), dispatch: totals(rounds.dispatch) } },
    };
  },
};
