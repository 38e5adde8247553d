import { randomFrom } from "../random.ts";
import type { Failure, Section, SectionOptions, SectionReport } from "../section.ts";
import { clockFaults } from "./clock.ts";
import { extensionFaults } from "./extension.ts";
import type { FaultFamily } from "./family.ts";
import { providerFaults } from "./provider.ts";
import { storageFaults } from "./storage.ts";
import { toolFaults } from "./tool.ts";

export const families: readonly FaultFamily[] = [storageFaults, providerFaults, toolFaults, extensionFaults, clockFaults];

/** The n-th failure of each part, until none fires. */
export const faults: Section = {
  name: "faults",
  run: (options) => runFamilies(families, options),
};

export async function runFamilies(
  run: readonly FaultFamily[],
  { quick, seed, signal, say, pointsMax }: SectionOptions,
): Promise<SectionReport> {
  const beganMs = performance.now();
  const counts: { [family: string]: number } = {};
  const failures: Failure[] = [];
  for (const family of run) {
    const enough = new AbortController();
    const tried = (point: string, wrong: readonly string[]) => {
      counts[family.name] = (counts[family.name] ?? 0) + 1;
      if (counts[family.name] === pointsMax) enough.abort();
      for (const why of wrong) failures.push({ point: `${family.name}, ${point}`, why });
    };
    await family.run({ quick, random: randomFrom(seed), signal: AbortSignal.any([signal, enough.signal]), tried });
    say(`${family.name}: ${counts[family.name] ?? 0} faults, ${failures.length} failures so far`);
  }
  const points = Object.values(counts).reduce((sum, count) => sum + count, 0);
  return { points, counts, failures, seconds: (performance.now() - beganMs) / 1_000 };
}
