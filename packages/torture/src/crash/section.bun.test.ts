import { expect, test } from "vitest";
import { crash } from "./section.ts";

test("a part of the kills, of the copied disks and of the power cuts leaves nothing torn and nothing lost", async () => {
  const { signal } = new AbortController();
  const { failures, counts } = await crash.run({ quick: true, seed: 3, signal, say() {} });
  expect(failures).toEqual([]);
  expect(counts?.sigkill).toBeGreaterThan(5);
  expect(counts?.["copied disks"]).toBeGreaterThan(5);
  expect(counts?.["power cuts (power)"]).toBeGreaterThan(2);
}, 120_000);
