import { ChangeFeed } from "@dispatch/change-feed";
import { surfaceLaws } from "@dispatch/testkit";
import { expect, test } from "vitest";
import { warmingSurface } from "./surface.ts";
import { warmResult } from "./warm-result.ts";
import { cold, nextWarmth, type WarmEvent, type Warmth } from "./warmth.ts";

/** Conversations as the surface sees them, without anybody who warms them. */
function open() {
  const kept = new Map<string, Warmth>();
  const changed = new ChangeFeed();
  const warmthOf = (id: string) => kept.get(id) ?? cold(240_000);
  const happen = (id: string, event: WarmEvent) => {
    kept.set(id, nextWarmth(warmthOf(id), event, { now: 1_000, idleRoundsMax: 6 }));
    changed.emit(id);
  };
  const surface = warmingSurface({
    warmth: async (id) => warmthOf(id),
    toggle: async (id) => happen(id, warmthOf(id).isEnabled ? { type: "disabled" } : { type: "enabled", canWarm: true }),
    setInterval: async (id, intervalMs) => happen(id, { type: "interval-set", intervalMs }),
    changed,
    idleRoundsMax: 6,
  });
  return { surface, happen };
}

for (const [law, hold] of Object.entries(surfaceLaws)) {
  test(law, () =>
    hold(async () => {
      const { surface, happen } = open();
      let rounds = 0;
      const change = (id: string) => {
        happen(id, { type: "warmed", isScheduled: true, result: warmResult({ inputTokens: 100 + rounds++, outputTokens: 1 }) });
      };
      return { surface, change };
    }),
  );
}

const rowsOf = (rounds: string, read: number, cached: number, written: number, answered: number) => ({
  kind: "custom",
  rendererId: "table",
  payload: {
    columns: ["Since the last turn", ""],
    rows: [
      ["Rounds", rounds],
      ["Tokens read", read],
      ["of them from the cache", cached],
      ["Tokens written to the cache", written],
      ["Tokens answered", answered],
    ],
  },
});

test("a conversation that nobody warms shows the defaults", async () => {
  expect(await open().surface.read("c1")).toEqual([
    { kind: "toggle", label: "Enabled", value: false, action: { actionId: "cache-warming/toggle" } },
    {
      kind: "number",
      label: "Refresh Interval",
      value: 240,
      min: 1,
      step: 1,
      unit: "s",
      action: { actionId: "cache-warming/set-interval" },
    },
    { kind: "stat", label: "Last Cache %", value: "—" },
    { kind: "stat", label: "Cache retention", value: "—" },
    { kind: "custom", rendererId: "cache-warming-timer", payload: { nextWarmAt: null, lastWarmAt: null } },
    rowsOf("0 of 6", 0, 0, 0, 0),
  ]);
});

test("rates, times and cost are those of the warm requests", async () => {
  const { surface, happen } = open();
  happen("c1", { type: "enabled", canWarm: true });
  const result = warmResult({ inputTokens: 200, outputTokens: 1, cacheReadTokens: 150, cacheWriteTokens: 50 });
  happen("c1", { type: "warmed", isScheduled: true, result });
  expect((await surface.read("c1")).slice(2)).toEqual([
    { kind: "stat", label: "Last Cache %", value: "75%" },
    { kind: "stat", label: "Cache retention", value: "75%" },
    { kind: "custom", rendererId: "cache-warming-timer", payload: { nextWarmAt: 241_000, lastWarmAt: 1_000 } },
    rowsOf("1 of 6", 200, 150, 50, 1),
  ]);
});

test("what went wrong is a row of its own", async () => {
  const { surface, happen } = open();
  happen("c1", { type: "failed", isScheduled: true, message: "it is down", retryAfterMs: 0 });
  expect(JSON.stringify(await surface.read("c1"))).toContain('["Note","it is down"]');
});

test("without a conversation it says that none is focused, and actions say so too", async () => {
  const { surface } = open();
  expect(await surface.read()).toEqual([{ kind: "stat", label: "Status", value: "No conversation is focused." }]);
  for (const [actionId, payload] of [
    ["cache-warming/toggle", undefined],
    ["cache-warming/set-interval", 5],
  ] as const)
    await expect(surface.actions[actionId]?.(payload, undefined)).rejects.toMatchObject({ code: "cache-warming/no-conversation" });
});

test("the toggle flips whatever is sent; an interval is a number or carries one, and what is not positive is ignored", async () => {
  const { surface } = open();
  const value = async (index: number) => ((await surface.read("c1"))[index] as { readonly value: unknown }).value;
  const invoke = (action: string, payload: unknown) => surface.actions[`cache-warming/${action}`]?.(payload, "c1");
  await invoke("toggle", false);
  expect(await value(0)).toBe(true);
  await invoke("toggle", true);
  expect(await value(0)).toBe(false);
  await invoke("set-interval", 30);
  expect(await value(1)).toBe(30);
  await invoke("set-interval", { value: 45 });
  for (const ignored of [0, -1, { value: -5 }, Number.NEGATIVE_INFINITY]) await invoke("set-interval", ignored);
  expect(await value(1)).toBe(45);
  for (const bad of ["60", null, undefined, [], {}, { value: "x" }, Number.NaN])
    await expect(invoke("set-interval", bad)).rejects.toMatchObject({ kind: "invalid", code: "cache-warming/bad-interval" });
});
