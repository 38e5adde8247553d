import { settingStore } from "@dispatch/setting-store";
import { FakeClock, type MemoryRows, MemoryStore } from "@dispatch/testkit";
import { expect, test } from "vitest";
import { ProviderLimits } from "./limits.ts";
import { defaultSettings, slotSettings } from "./settings.ts";

const open = (rows: MemoryRows = new Map()) =>
  ProviderLimits.open(settingStore(new MemoryStore(rows), "slots", slotSettings, defaultSettings), new FakeClock());
const live = new AbortController().signal;

test("a limit counts at once for requests that run and wait already", async () => {
  const limits = await open();
  const slots = limits.slots("a");
  const running = [slots.take(), slots.take()];
  expect(running).not.toContain(undefined);
  await limits.change("a", { limit: 2 });
  expect(slots.take()).toBeUndefined();
  const waiting = slots.wait(live);
  await limits.change("a", { limit: 3 });
  expect(await waiting).toBeDefined();
  await limits.change("a", { limit: null });
  expect(slots.take()).toBeDefined();
});

test("what is set is there after a restart, each setting for itself", async () => {
  const rows: MemoryRows = new Map();
  const limits = await open(rows);
  await limits.change("b", { limit: 2 });
  await limits.change("a", { limit: 1, cooldownMs: 0 });
  await limits.change("c", { cooldownMs: 5 });
  const again = await open(rows);
  expect(again.all()).toEqual([
    { providerId: "a", limit: 1 },
    { providerId: "b", limit: 2 },
  ]);
  expect(["a", "b", "c", "d"].map((id) => again.settings(id).cooldownMs)).toEqual([0, 350, 5, 350]);
  expect(again.status().map(({ providerId }) => providerId)).toEqual(["a", "b"]);
  expect(() => again.limit("c")).toThrow(expect.objectContaining({ kind: "missing", code: "concurrency/no-limit" }));
});

// Reaches providersMax.
test("there is a bound to the providers of which something is set; those may still be changed", async () => {
  const limits = await open();
  for (let n = 0; n < 200; n++) await limits.change(`p${n}`, { limit: 1 });
  await expect(limits.change("one-more", { limit: 1 })).rejects.toMatchObject({ kind: "limited", code: "concurrency/too-many-providers" });
  expect(await limits.change("p0", { limit: 9 })).toMatchObject({ limit: 9 });
});

test("a provider that refused is shown while it is limited, with the reason", async () => {
  const limits = await open();
  const slots = limits.slots("a");
  const held = [slots.take(), slots.take(), slots.take(), slots.take()];
  expect(limits.status()).toEqual([]);
  held[0]?.refused(60_000);
  held[0]?.release();
  expect(limits.status()).toEqual([
    {
      providerId: "a",
      limit: 2,
      inFlight: 3,
      queued: 0,
      paused: true,
      pausedUntil: 60_000,
      cooldownMs: 350,
      autoReduced: true,
      autoReducedFrom: 4,
      notice: expect.stringMatching(/asked too often.*at most 2 at once for now, after 4/),
    },
  ]);
});
