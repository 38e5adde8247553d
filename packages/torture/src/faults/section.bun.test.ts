import { expect, test } from "vitest";
import { families, runFamilies } from "./section.ts";

/** Each is a part of its whole: `bin/torture --only faults` goes on until none fires. */
const partMsMax = 12_000;

for (const family of families)
  test(`a part of the faults of ${family.name} leaves the server at work and its data whole`, async () => {
    const { failures, points } = await runFamilies([family], { quick: true, seed: 1, signal: AbortSignal.timeout(partMsMax), say() {} });
    expect(failures).toEqual([]);
    expect(points).toBeGreaterThan(0);
  }, 90_000);
