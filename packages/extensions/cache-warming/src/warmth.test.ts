import fc from "fast-check";
import { expect, test } from "vitest";
import { warmResult } from "./warm-result.ts";
import { cold, failuresMax, nextWarmth, restored, type WarmEvent, type Warmth } from "./warmth.ts";

const intervalMs = 240_000;
const result = warmResult({ inputTokens: 100, outputTokens: 1, cacheReadTokens: 90, cacheWriteTokens: 10 });
const on: WarmEvent = { type: "enabled", canWarm: true };
const warmed: WarmEvent = { type: "warmed", isScheduled: true, result };
const asked: WarmEvent = { type: "warmed", isScheduled: false, result };
const failed: WarmEvent = { type: "failed", isScheduled: true, message: "it is down", retryAfterMs: 0 };

/** Events one second apart, the first at second 1. */
function after(events: readonly WarmEvent[], start: Warmth = cold(intervalMs), idleRoundsMax = 6): Warmth {
  return events.reduce((warmth, event, index) => nextWarmth(warmth, event, { now: (index + 1) * 1_000, idleRoundsMax }), start);
}
const nextOf = (...events: readonly WarmEvent[]) => after(events).nextWarmAt;

test("it is off until somebody switches it on, whatever turns do", () => {
  expect(cold(intervalMs)).toMatchObject({ isEnabled: false, nextWarmAt: null, lastWarmAt: null });
  expect(nextOf({ type: "turn-started" }, { type: "turn-settled" })).toBeNull();
});

test("it is armed when a turn settles, or when it is switched on while idle", () => {
  expect(nextOf(on)).toBe(1_000 + intervalMs);
  expect(nextOf({ type: "enabled", canWarm: false })).toBeNull();
  expect(nextOf({ type: "enabled", canWarm: false }, { type: "turn-settled" })).toBe(2_000 + intervalMs);
});

test("a turn cancels what was scheduled, and so does switching off", () => {
  expect(nextOf(on, { type: "turn-started" })).toBeNull();
  expect(nextOf(on, { type: "disabled" })).toBeNull();
  expect(after([on, { type: "closed" }])).toMatchObject({ isEnabled: false, nextWarmAt: null });
});

test("while it warms nothing is scheduled; after each warm request the next is", () => {
  expect(nextOf(on, { type: "warming" })).toBeNull();
  expect(nextOf(on, { type: "warming" }, warmed)).toBe(3_000 + intervalMs);
  expect(nextOf(on, { type: "warming" }, asked)).toBe(3_000 + intervalMs);
  expect(nextOf({ type: "warming" }, asked)).toBeNull();
});

test("a new interval counts from now, and schedules nothing that was not", () => {
  const tenSeconds: WarmEvent = { type: "interval-set", intervalMs: 10_000 };
  expect(nextOf(on, tenSeconds)).toBe(12_000);
  expect(after([tenSeconds])).toMatchObject({ nextWarmAt: null, intervalMs: 10_000 });
  expect(nextOf(on, { type: "turn-started" }, tenSeconds)).toBeNull();
});

test("after enough rounds without a turn it stops and says so; the next turn begins again", () => {
  const stopped = after([on, ...Array.from({ length: 6 }, () => warmed)]);
  expect(stopped).toMatchObject({ isEnabled: true, rounds: 6, nextWarmAt: null, notice: expect.stringContaining("6 rounds") });
  const again = after([{ type: "turn-started" }, { type: "turn-settled" }], stopped);
  expect(again).toMatchObject({ rounds: 0, nextWarmAt: 2_000 + intervalMs });
  expect(again).not.toHaveProperty("notice");
});

test("what a person asks for costs too, but is no round", () => {
  expect(after([on, warmed, asked])).toMatchObject({
    rounds: 1,
    spent: { inputTokens: 200, outputTokens: 2, cacheReadTokens: 180, cacheWriteTokens: 20 },
    lastWarmAt: 3_000,
    last: result,
  });
});

test("what it cost since the last turn is still known when it was off in between", () => {
  expect(after([on, warmed, { type: "disabled" }, on])).toMatchObject({ rounds: 0, spent: { inputTokens: 100 } });
});

test("what it cost is forgotten with the next turn, how well it worked is not", () => {
  expect(after([on, warmed, { type: "turn-started" }, { type: "turn-settled" }])).toMatchObject({
    spent: { inputTokens: 0, outputTokens: 0, cacheReadTokens: 0, cacheWriteTokens: 0 },
    lastWarmAt: 2_000,
    last: result,
  });
});

test("each failure doubles the wait, and some in a row switch it off with the reason", () => {
  expect(nextOf(on, failed)).toBe(2_000 + 2 * intervalMs);
  expect(nextOf(on, failed, failed)).toBe(3_000 + 4 * intervalMs);
  const off = after([on, ...Array.from({ length: failuresMax }, () => failed)]);
  expect(off).toMatchObject({ isEnabled: false, nextWarmAt: null, notice: "Switched off after 3 failures in a row: it is down" });
  expect(after([on], off)).not.toHaveProperty("notice");
});

test("a success forgives failures, and a provider's wish for a longer wait counts", () => {
  expect(after([on, failed, failed, warmed, failed])).toMatchObject({ failures: 1, isEnabled: true });
  expect(nextOf(on, { ...failed, retryAfterMs: 3_600_000 } as WarmEvent)).toBe(2_000 + 3_600_000);
});

test("a failure of what a person asked for is that person's to see, and does not count", () => {
  const mine = { ...failed, isScheduled: false } as WarmEvent;
  expect(after([on, mine, mine, mine, mine])).toMatchObject({ isEnabled: true, failures: 0, nextWarmAt: 5_000 + intervalMs });
});

test("after a restart it is armed; what has been cold for longer than its rounds stays cold", () => {
  const moment = { now: 10_000_000, idleRoundsMax: 6 };
  expect(restored(intervalMs, moment.now - 1, moment)).toMatchObject({ isEnabled: true, rounds: 0, nextWarmAt: moment.now + intervalMs });
  expect(restored(intervalMs, moment.now - 2.5 * intervalMs, moment)).toMatchObject({ rounds: 2, nextWarmAt: moment.now + intervalMs });
  expect(restored(intervalMs, 0, moment)).toMatchObject({ isEnabled: true, rounds: 6, nextWarmAt: null });
  expect(restored(intervalMs, moment.now + 5_000, moment)).toMatchObject({ rounds: 0 });
  expect(restored(intervalMs, undefined, moment)).toMatchObject({ isEnabled: true, nextWarmAt: null });
});

test("whatever happens: scheduled means enabled and in the future, and never more rounds than allowed", () => {
  const event: fc.Arbitrary<WarmEvent> = fc.oneof(
    fc.constantFrom<WarmEvent>(on, warmed, asked, failed, { type: "enabled", canWarm: false }),
    fc
      .constantFrom("turn-started", "turn-settled", "disabled", "closed", "warming", "nothing-to-warm")
      .map((type) => ({ type }) as WarmEvent),
    fc.integer({ min: 1_000, max: 86_400_000 }).map((intervalMs) => ({ type: "interval-set", intervalMs }) as const),
  );
  fc.assert(
    fc.property(fc.array(fc.tuple(event, fc.nat(1_000_000))), fc.integer({ min: 1, max: 9 }), (events, idleRoundsMax) => {
      let warmth = cold(intervalMs);
      let now = 0;
      for (const [happened, later] of events) {
        now += later;
        const before = warmth;
        warmth = nextWarmth(warmth, happened, { now, idleRoundsMax });
        if (happened.type === "warmed" && before.nextWarmAt === null && before.rounds >= idleRoundsMax)
          expect(warmth.nextWarmAt).toBeNull();
        if (warmth.nextWarmAt === null) continue;
        expect(warmth.isEnabled && warmth.rounds < idleRoundsMax).toBe(true);
        // What was scheduled before stays, however long ago: whoever waits for it says that it comes.
        expect(warmth.nextWarmAt === before.nextWarmAt || warmth.nextWarmAt > now).toBe(true);
      }
    }),
  );
});

test("a round that fails after the last one schedules no more", () => {
  const moment = { now: 0, idleRoundsMax: 1 };
  const last = [{ type: "enabled", canWarm: true } as const, warmed].reduce(
    (warmth, event) => nextWarmth(warmth, event, moment),
    cold(intervalMs),
  );
  expect(nextWarmth(last, failed, moment).nextWarmAt).toBeNull();
});
