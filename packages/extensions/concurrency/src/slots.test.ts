import { FakeClock } from "@dispatch/testkit";
import { expect, test } from "vitest";
import { quietMs } from "./reduction.ts";
import { type Slot, type SlotSettings, Slots, waitingMax } from "./slots.ts";

const never = new AbortController().signal;

function open(settings: Partial<SlotSettings> = {}) {
  const clock = new FakeClock(1_000_000);
  const slots = new Slots(clock, { limit: null, cooldownMs: 0, ...settings });
  const served: string[] = [];
  const held = new Map<string, Slot>();
  return {
    clock,
    slots,
    served,
    /** Takes a slot or waits for it; whoever gets one is written down. */
    come(name: string, signal = never) {
      const enter = (slot: Slot | undefined) => {
        served.push(slot === undefined ? `${name} left` : name);
        if (slot !== undefined) held.set(name, slot);
      };
      const slot = slots.take();
      if (slot !== undefined) enter(slot);
      else void slots.wait(signal).then(enter);
    },
    go: (name: string) => held.get(name)?.release(),
    refuse(name: string, retryAfterMs?: number) {
      held.get(name)?.refused(retryAfterMs);
      held.get(name)?.release();
    },
  };
}
type Opened = ReturnType<typeof open>;
const comeAll = ({ come }: Opened, ...names: readonly string[]) => {
  for (const name of names) come(name);
};

test("without a limit nobody waits, and nothing sleeps", () => {
  const desk = open();
  comeAll(desk, ...Array.from({ length: 500 }, (_, index) => `r${index}`));
  expect([desk.served.length, desk.slots.status(), desk.clock.sleeping]).toEqual([500, { inFlight: 500, queued: 0 }, 0]);
});

test("no more than the limit go at once; the others go in the order they came", async () => {
  const desk = open({ limit: 2 });
  comeAll(desk, "a", "b", "c", "d", "e");
  expect([desk.served, desk.slots.status()]).toEqual([["a", "b"], { limit: 2, inFlight: 2, queued: 3 }]);
  desk.go("b");
  await desk.clock.advance(0);
  expect(desk.served).toEqual(["a", "b", "c"]);
  desk.go("a");
  desk.go("c");
  await desk.clock.advance(0);
  expect(desk.served).toEqual(["a", "b", "c", "d", "e"]);
});

test("who comes while others wait does not overtake them", async () => {
  const desk = open({ limit: 1, cooldownMs: 100 });
  comeAll(desk, "a", "b");
  desk.go("a");
  await desk.clock.advance(50);
  desk.come("c");
  expect(desk.served).toEqual(["a"]);
  await desk.clock.advance(50);
  expect(desk.served).toEqual(["a", "b"]);
  desk.go("b");
  await desk.clock.advance(100);
  expect([desk.served, desk.slots.status().queued]).toEqual([["a", "b", "c"], 0]);
});

test("who comes in the moment when a slot has rested does not overtake either", async () => {
  const desk = open({ limit: 1, cooldownMs: 100 });
  comeAll(desk, "a", "b");
  void desk.clock.sleep(100).then(() => desk.come("c"));
  desk.go("a");
  await desk.clock.advance(100);
  expect(desk.served).toEqual(["a", "b"]);
});

test("nobody listens to a signal any more once there is a slot", async () => {
  const desk = open({ limit: 1 });
  const { signal } = new AbortController();
  let listening = 0;
  const [add, remove] = [signal.addEventListener.bind(signal), signal.removeEventListener.bind(signal)];
  signal.addEventListener = (...args: Parameters<typeof add>) => {
    listening += 1;
    add(...args);
  };
  signal.removeEventListener = (...args: Parameters<typeof remove>) => {
    listening -= 1;
    remove(...args);
  };
  desk.come("a");
  desk.come("b", signal);
  expect(listening).toBe(1);
  desk.go("a");
  expect(listening).toBe(0);
});

test("a slot rests before who waits gets it, and not when nobody waits", async () => {
  const desk = open({ limit: 2, cooldownMs: 350 });
  comeAll(desk, "a", "b", "c");
  desk.go("a");
  await desk.clock.advance(349);
  expect(desk.served).toEqual(["a", "b"]);
  await desk.clock.advance(1);
  expect(desk.served).toEqual(["a", "b", "c"]);
  desk.go("c");
  desk.come("d");
  expect([desk.served.at(-1), desk.clock.sleeping]).toEqual(["d", 0]);
});

test("each slot rests for itself", async () => {
  const desk = open({ limit: 2, cooldownMs: 100 });
  comeAll(desk, "a", "b", "c", "d");
  desk.go("a");
  await desk.clock.advance(60);
  desk.go("b");
  await desk.clock.advance(40);
  expect(desk.served).toEqual(["a", "b", "c"]);
  await desk.clock.advance(60);
  expect(desk.served).toEqual(["a", "b", "c", "d"]);
});

test("who stops waiting is out of the queue, and its place costs nobody anything", async () => {
  const desk = open({ limit: 1, cooldownMs: 100 });
  const stop = new AbortController();
  desk.come("a");
  desk.come("b", stop.signal);
  desk.come("c");
  stop.abort();
  expect(desk.slots.status().queued).toBe(1);
  desk.go("a");
  await desk.clock.advance(100);
  expect(desk.served).toEqual(["a", "b left", "c"]);
  const last = new AbortController();
  desk.come("d", last.signal);
  desk.go("c");
  expect(desk.clock.sleeping).toBe(1);
  last.abort();
  await desk.clock.advance(0);
  expect(desk.clock.sleeping).toBe(0);
  desk.come("e");
  expect(desk.served.at(-1)).toBe("e");
});

test("a slot that is released twice is released once", () => {
  const desk = open({ limit: 1 });
  desk.come("a");
  desk.go("a");
  desk.go("a");
  comeAll(desk, "b", "c");
  expect(desk.slots.status()).toEqual({ limit: 1, inFlight: 1, queued: 1 });
});

test("a higher limit lets more go at once, a lower one lets nobody in until enough have left, none lets all go", async () => {
  const desk = open({ limit: 1 });
  comeAll(desk, "a", "b", "c", "d", "e");
  desk.slots.configure({ limit: 3, cooldownMs: 0 });
  await desk.clock.advance(0);
  expect(desk.served).toEqual(["a", "b", "c"]);
  desk.slots.configure({ limit: 1, cooldownMs: 0 });
  desk.go("a");
  desk.go("b");
  await desk.clock.advance(0);
  expect(desk.served).toEqual(["a", "b", "c"]);
  desk.slots.configure({ limit: null, cooldownMs: 0 });
  await desk.clock.advance(0);
  expect(desk.served).toEqual(["a", "b", "c", "d", "e"]);
});

test("a refusal halves the limit and pauses for as long as the provider wishes", async () => {
  const desk = open({ limit: 8 });
  comeAll(desk, "a", "b");
  desk.refuse("a", 5_000);
  desk.come("c");
  expect(desk.slots.status()).toEqual({
    limit: 4,
    inFlight: 1,
    queued: 1,
    pausedUntil: 1_005_000,
    reduction: { to: 4, from: 8, riseAt: 5_000 + quietMs },
  });
  await desk.clock.advance(4_999);
  expect(desk.served).toEqual(["a", "b"]);
  await desk.clock.advance(1);
  expect([desk.served, desk.slots.status().pausedUntil]).toEqual([["a", "b", "c"], undefined]);
});

test("many refusals at once are one piece of news; a refusal of what was sent later is another", async () => {
  const desk = open({ limit: 8 });
  comeAll(desk, "a", "b", "c", "d");
  desk.refuse("a", 0);
  desk.refuse("b", 0);
  desk.refuse("c", 0);
  expect(desk.slots.status().limit).toBe(4);
  await desk.clock.advance(20_000);
  desk.refuse("d", 0);
  expect(desk.slots.status().reduction).toEqual({ to: 4, from: 8, riseAt: 20_000 + quietMs });
  desk.come("e");
  desk.refuse("e", 0);
  expect(desk.slots.status().limit).toBe(2);
});

test("without a limit, half of what was in flight is learned from a refusal, and forgotten after quiet", async () => {
  const desk = open();
  comeAll(desk, "a", "b", "c", "d", "e", "f");
  desk.refuse("a");
  expect(desk.slots.status()).toMatchObject({ limit: 3, inFlight: 5, pausedUntil: 1_001_000, reduction: { from: 6 } });
  desk.come("g");
  await desk.clock.advance(1_000);
  expect(desk.slots.status()).toMatchObject({ limit: 3, inFlight: 5, queued: 1 });
  await desk.clock.advance(2 * quietMs);
  expect(desk.slots.status()).toMatchObject({ limit: 5, queued: 1 });
  await desk.clock.advance(quietMs);
  expect([desk.slots.status(), desk.served.at(-1), desk.clock.sleeping]).toEqual([{ inFlight: 6, queued: 0 }, "g", 0]);
});

test("a limit of one cannot be halved: it pauses alone", () => {
  const desk = open({ limit: 1 });
  desk.come("a");
  desk.refuse("a", 2_000);
  expect(desk.slots.status()).toEqual({ limit: 1, inFlight: 0, queued: 0, pausedUntil: 1_002_000 });
});

// Reaches pauseMsMax.
test("a wish beyond ten minutes is not waited for", () => {
  const desk = open({ limit: 4 });
  desk.come("a");
  desk.refuse("a", 3_600_000);
  desk.come("b");
  expect([desk.served, desk.slots.status().limit, desk.slots.status().pausedUntil]).toEqual([["a", "b"], 2, undefined]);
});

test("a shorter pause does not cut a longer one", () => {
  const desk = open({ limit: 4 });
  comeAll(desk, "a", "b");
  desk.refuse("a", 9_000);
  desk.refuse("b", 1_000);
  expect(desk.slots.status().pausedUntil).toBe(1_009_000);
});

test("a limit that is set takes the place of what was learned, and the pause stays", () => {
  const desk = open({ limit: 8 });
  desk.come("a");
  desk.refuse("a", 5_000);
  desk.slots.configure({ limit: 6, cooldownMs: 0 });
  expect(desk.slots.status()).toEqual({ limit: 6, inFlight: 0, queued: 0, pausedUntil: 1_005_000 });
});

test("the queue is bounded", () => {
  const desk = open({ limit: 1 });
  desk.come("first");
  for (let n = 0; n < waitingMax; n++) {
    expect(desk.slots.isFull).toBe(false);
    desk.come(`w${n}`);
  }
  expect(desk.slots.isFull).toBe(true);
});

test("at its end who waits is sent away, nothing sleeps, and neither a limit nor a late refusal counts any more", async () => {
  const desk = open({ limit: 1, cooldownMs: 100 });
  comeAll(desk, "a", "b", "c");
  desk.refuse("a", 60_000);
  desk.slots[Symbol.dispose]();
  await desk.clock.advance(0);
  desk.come("d");
  desk.refuse("d", 60_000);
  desk.come("e");
  expect([desk.served, desk.clock.sleeping]).toEqual([["a", "b left", "c left", "d", "e"], 0]);
});
