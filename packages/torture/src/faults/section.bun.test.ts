import { expect, test } from "vitest";
import { families, runFamilies } from "./section.ts";

/** So many of each, however slow the machine is: `bin/torture --only faults` goes on until none fires. */
const parts: { readonly [family: string]: number } = { storage: 4, provider: 4, tool: 4, extension: 4, clock: 2 };

for (const family of families)
  test(`some faults of ${family.name} leave the server at work and its data whole`, async () => {
    const { signal } = new AbortController();
    const pointsMax = parts[family.name] ?? 1;
    const { failures, points } = await runFamilies([family], { quick: true, seed: 1, signal, pointsMax, say() {} });
    expect(failures).toEqual([]);
    expect(points).toBe(pointsMax);
  }, 600_000);
