import type { Failure, Section } from "../section.ts";
import type { Attack } from "./attack.ts";
import { attackCommands } from "./attack-commands.ts";
import { attackFrames } from "./attack-frames.ts";
import { attackGlobs } from "./attack-globs.ts";
import { attackHttp } from "./attack-http.ts";
import { attackOps } from "./attack-ops.ts";
import { attackProjects } from "./attack-projects.ts";
import { attackProviders, attackStreams } from "./attack-providers.ts";
import { attackSettings } from "./attack-settings.ts";
import { attackSockets } from "./attack-sockets.ts";
import { attackSurfaces } from "./attack-surfaces.ts";
import { attackTemplates } from "./attack-templates.ts";
import { attackTools } from "./attack-tools.ts";
import { attackTurns } from "./attack-turns.ts";

/** Those without a door first, because they are the fastest. */
export const attacks: readonly Attack[] = [
  attackOps,
  attackSurfaces,
  attackTools,
  attackTurns,
  attackCommands,
  attackStreams,
  attackSettings,
  attackGlobs,
  attackTemplates,
  attackProjects,
  attackProviders,
  attackHttp,
  attackSockets,
  attackFrames,
];

/** Failures of one attack are mostly one fault: its first ones say all. */
const failuresMax = 20;

/** Input that nobody sends by accident. Whatever comes: no crash, no hang, no failure of ours, memory within bounds. */
export const hostile: Section = {
  name: "hostile",
  async run({ quick, seed, signal, say }) {
    const startedMs = performance.now();
    const failures: Failure[] = [];
    const counts: { [attack: string]: number } = {};
    for (const { name, cases, run } of attacks) {
      if (signal.aborted) break;
      let count = 0;
      let failed = 0;
      const began = performance.now();
      const judged = (point: () => string, why: string | undefined) => {
        count += 1;
        if (why === undefined) return;
        failed += 1;
        if (failed <= failuresMax) failures.push({ point: `${name}: ${point()}`, why });
      };
      await run(quick ? cases.quick : cases.full, { seed, signal, judged }).catch((thrown) =>
        judged(() => "the attack itself", `${thrown}`),
      );
      counts[name] = count;
      say(`${name}: ${count} cases, ${failed} failures, ${((performance.now() - began) / 1_000).toFixed(1)} s`);
    }
    const points = Object.values(counts).reduce((sum, count) => sum + count, 0);
    return { points, counts, failures, seconds: (performance.now() - startedMs) / 1_000 };
  },
};
