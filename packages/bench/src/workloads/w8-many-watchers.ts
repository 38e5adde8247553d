import { burstModel, pacedModel } from "../fake-model/script.ts";
import { cpuSeconds } from "../process-facts.ts";
import { median } from "../statistics.ts";
import type { Watchers } from "../watchers/start.ts";
import type { WatchOutcome } from "../watchers/watch-order.ts";
import type { Workload } from "./workload.ts";

const sockets = 1_000;
const burst = 2_000;
const paced = 200;
const everyMs = 20;

/** One conversation that everybody watches: as fast as it goes, and at the pace of a quick model. */
export const manyWatchers: Workload = {
  id: "W8",
  title: "1,000 WebSocket watchers of one streaming conversation",
  rounds: { usual: 5, quick: 1 },
  async run(stage) {
    const server = await stage.server(await stage.folder());
    const floor = await stage.client("floor", stage.modelUrl);
    const watchers = await stage.watchers(server, sockets);
    const rates: number[] = [];
    const cpu: number[] = [];
    const floorP99: number[] = [];
    const p99: number[] = [];
    const p50: number[] = [];
    for (let round = -1; round < stage.rounds; round++) {
      const before = cpuSeconds(server.pid);
      const fast = await whole(watchers, `burst-${round}`, burstModel(burst), false);
      const seconds = cpuSeconds(server.pid) - before;
      const model = pacedModel(paced, everyMs);
      const alone = await floor.perform({ order: { model, prompt: "Talk." }, streams: 1, startWithinMs: 0 });
      const slow = await whole(watchers, `paced-${round}`, model, true);
      if (slow.deltas !== sockets * paced || slow.outOfOrder > 0)
        throw new Error(`${slow.deltas} deltas came, ${slow.outOfOrder} out of order`);
      if (round < 0) continue; // the first is to get warm
      rates.push(fast.frames / (fast.totalMs / 1000));
      cpu.push((seconds / fast.frames) * 1_000_000);
      floorP99.push(alone.latency.p99);
      p99.push(slow.latency.p99);
      p50.push(slow.latency.p50);
    }
    const added = median(p99) - median(floorP99);
    return {
      findings: [
        {
          workload: "W8",
          what: "1,000 watchers, as fast as it goes: frames in all",
          unit: "/s",
          dispatch: median(rates),
          measured: median(rates),
          measuredUnit: "/s",
          aim: { atLeast: 300_000 },
          note: `${median(cpu).toFixed(1)} s of the server's CPU per million frames; the clients share the machine`,
        },
        {
          workload: "W8",
          what: "the same at 50 deltas a second: added per delta, p99",
          unit: "ms",
          floor: median(floorP99),
          dispatch: added,
          measured: added,
          measuredUnit: "ms",
          aim: { atMost: 50 },
          note: `median ${median(p50).toFixed(1)} ms`,
        },
      ],
      details: { rates, cpu, floorP99, p99, p50 },
    };
  },
};

async function whole(watchers: Watchers, conversationId: string, model: string, stamps: boolean): Promise<WatchOutcome> {
  const outcome = await watchers.watch({ conversationId, model, stamps });
  if (outcome.fewest !== outcome.most) throw new Error(`one watcher got ${outcome.fewest} frames, another ${outcome.most}`);
  return outcome;
}
