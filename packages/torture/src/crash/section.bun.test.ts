import { expect, test } from "vitest";
import { crash } from "./section.ts";

/** So many of each kind, however slow the machine is; `bin/torture --only crash` is all of it. */
const pointsMax = 4;

test("some kills, copied disks and power cuts leave nothing torn and nothing lost", async () => {
  const { signal } = new AbortController();
  const { failures, counts } = await crash.run({ quick: true, seed: 3, pointsMax, signal, say() {} });
  expect(failures).toEqual([]);
  for (const kind of ["sigkill", "copied disks", "power cuts (power)", "power cuts (process)"])
    expect(counts?.[kind], kind).toBeGreaterThanOrEqual(pointsMax);
}, 600_000);
