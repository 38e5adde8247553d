import { expect, test } from "vitest";
import { crash } from "./section.ts";

/** A part of the whole, which a busy machine makes smaller; `bin/torture --only crash` is all of it. */
const partMsMax = 30_000;

test("a part of the kills, of the copied disks and of the power cuts leaves nothing torn and nothing lost", async () => {
  const signal = AbortSignal.timeout(partMsMax);
  const { failures, counts } = await crash.run({ quick: true, seed: 3, signal, say() {} });
  expect(failures).toEqual([]);
  expect(counts?.sigkill).toBeGreaterThan(0);
  expect(counts?.["copied disks"]).toBeGreaterThan(0);
}, 120_000);
