import { residentBytes } from "../process-facts.ts";
import { compiled } from "../server.ts";
import { median } from "../statistics.ts";
import type { Workload } from "./workload.ts";

const idleMs = 5_000;
const idleSamples = 3;
const bytesPerMb = 1_000_000;

/** How soon a person who starts it can use it, and what it costs to leave it running. Each start has a fresh folder; the disk is warm. */
export const start: Workload = {
  id: "W6",
  title: "start to first healthy answer; idle memory",
  rounds: { usual: 15, quick: 3 },
  async run(stage) {
    const startMs: number[] = [];
    const installedMs: number[] = [];
    const idleBytes: number[] = [];
    const installed = await compiled(await stage.folder());
    for (let round = -1; round < stage.rounds; round += 1) {
      const executable = await stage.server(await stage.folder(), installed);
      await executable.kill();
      const server = await stage.server(await stage.folder());
      if (round >= 0) {
        installedMs.push(executable.startMs);
        startMs.push(server.startMs);
      }
      if (round >= 0 && round < idleSamples) {
        await Bun.sleep(idleMs);
        idleBytes.push(residentBytes(server.pid));
      }
      await server.kill();
    }
    const [ms, asInstalled, mb] = [median(startMs), median(installedMs), median(idleBytes) / bytesPerMb];
    return {
      findings: [
        {
          workload: "W6",
          what: "start to first healthy answer",
          unit: "ms",
          dispatch: ms,
          measured: ms,
          measuredUnit: "ms",
          aim: { atMost: 150 },
        },
        {
          workload: "W6",
          what: "the same, of the installed executable",
          unit: "ms",
          dispatch: asInstalled,
          measured: asInstalled,
          measuredUnit: "ms",
          aim: { atMost: 150 },
        },
        { workload: "W6", what: "idle memory after 5 s", unit: "MB", dispatch: mb, measured: mb, measuredUnit: "MB", aim: { atMost: 90 } },
      ],
      details: { startMs, installedMs, idleBytes },
    };
  },
};
