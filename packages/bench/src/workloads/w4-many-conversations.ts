import type { Outcome } from "../contestants/contestant.ts";
import { pacedModel } from "../fake-model/script.ts";
import type { Finding } from "../finding.ts";
import { cpuSeconds, forgetPeak, peakResidentBytes } from "../process-facts.ts";
import { median } from "../statistics.ts";
import { interleave, type Rounds } from "./interleave.ts";
import type { Workload } from "./workload.ts";

const conversations = 500;
const deltas = 200;
const everyMs = 20;
const warmUp = 1;
const bytesPerMb = 1_000_000;

/** Whether one server carries many talks at once. All of them begin in the same instant: nothing is eased in. */
export const manyConversations: Workload = {
  id: "W4",
  title: "500 conversations, each 200 deltas at 20 ms",
  rounds: { usual: 5, quick: 1 },
  async run(stage) {
    const server = await stage.server(await stage.folder());
    const clients = await stage.clients(server);
    const peaks: number[] = [];
    const cpu: number[] = [];
    const rounds = await interleave(clients, {
      rounds: stage.rounds,
      warmUp,
      job: () => ({ order: { model: pacedModel(deltas, everyMs), prompt: "Talk slowly." }, streams: conversations, startWithinMs: 0 }),
      async around(perform) {
        forgetPeak(server.pid);
        const before = cpuSeconds(server.pid);
        const outcome = await perform();
        cpu.push(cpuSeconds(server.pid) - before);
        peaks.push(peakResidentBytes(server.pid));
        return outcome;
      },
    });
    return { findings: findings(rounds, Math.max(...peaks)), details: { rounds, peakBytes: peaks, serverCpuSeconds: cpu } };
  },
};

function findings(rounds: Rounds, peakBytes: number): readonly Finding[] {
  const p50 = latency(rounds, (outcome) => outcome.latency.p50);
  const p99 = latency(rounds, (outcome) => outcome.latency.p99);
  const settled = latency(rounds, (outcome) => outcome.settledLatency.p99);
  const missing = (outcomes: readonly Outcome[]) =>
    outcomes.reduce((sum, one) => sum + conversations * deltas - one.deltas + one.outOfOrder, 0);
  const peakMb = peakBytes / bytesPerMb;
  const tookMs = (outcomes: readonly Outcome[]) => Math.round(median(outcomes.map((one) => one.totalMs)));
  const took = `took ${tookMs(rounds.floor)}, ${tookMs(rounds.streamText)} and ${tookMs(rounds.dispatch)} ms (${deltas * everyMs} at the least)`;
  return [
    {
      workload: "W4",
      what: "500 conversations: added per delta, p99",
      unit: "ms",
      ...p99,
      measured: p99.dispatch,
      measuredUnit: "ms",
      aim: { atMost: 100 },
      note: `median ${p50.dispatch.toFixed(2)} ms added; p99 once all have started ${settled.dispatch.toFixed(1)} ms; ${took}`,
    },
    {
      workload: "W4",
      what: "deltas lost or out of order",
      unit: "",
      floor: missing(rounds.floor),
      streamText: missing(rounds.streamText),
      dispatch: missing(rounds.dispatch),
      measured: missing(rounds.dispatch),
      measuredUnit: "",
      aim: { atMost: 0 },
    },
    {
      workload: "W4",
      what: "peak memory of the server",
      unit: "MB",
      dispatch: peakMb,
      measured: peakMb,
      measuredUnit: "MB",
      aim: { atMost: 350 },
    },
  ];
}

/** The floor's own, and what the others add to it. */
function latency(rounds: Rounds, pick: (outcome: Outcome) => number) {
  const floor = median(rounds.floor.map(pick));
  return { floor, streamText: median(rounds.streamText.map(pick)) - floor, dispatch: median(rounds.dispatch.map(pick)) - floor };
}
