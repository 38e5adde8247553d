import type { AgentEvent } from "@dispatch/wire";
import fc from "fast-check";
import { expect, test } from "vitest";
import type { SharedEvent, TurnWatch } from "./contract.ts";
import { Hub } from "./hub.ts";

const ids = { conversationId: "c", turnId: "t" };
const shared = (event: AgentEvent): SharedEvent => ({ event, json: JSON.stringify(event) });
const prompt = shared({ type: "user-message", ...ids, text: "hello" });
const sealed = shared({ type: "turn-sealed", ...ids });
const delta = (text: string) => shared({ type: "text-delta", ...ids, delta: text });

async function all(watch: TurnWatch): Promise<SharedEvent[]> {
  const seen: SharedEvent[] = [];
  for await (const batch of watch) seen.push(...batch);
  return seen;
}
const textOf = (events: readonly SharedEvent[]) => events.map(({ event }) => (event.type === "text-delta" ? event.delta : "")).join("");

test("a late joiner gets the turn from its beginning, then live, without gap or duplicate", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.nat(3), { minLength: 1, maxLength: 8 }), fc.nat(8), async (sizes, joinsAt) => {
      const hub = new Hub();
      hub.push([prompt, sealed]);
      const events: SharedEvent[] = [prompt];
      hub.push([prompt]);
      let joined: Promise<SharedEvent[]> | undefined;
      for (const [index, size] of sizes.entries()) {
        if (index === joinsAt) joined = all(hub.watch(true));
        const batch = Array.from({ length: size }, (_, n) => delta(`${index}.${n} `));
        events.push(...batch);
        if (batch.length > 0) hub.push(batch);
      }
      joined ??= all(hub.watch(true));
      hub.push([sealed]);
      expect(await joined).toEqual([...events, sealed]);
    }),
  );
});

test("between turns there is nothing to replay, and a watcher goes on into the next turn", async () => {
  const hub = new Hub();
  hub.push([prompt, delta("old"), sealed]);
  const watch = hub.watch();
  const iterator = watch[Symbol.asyncIterator]();
  const next = iterator.next();
  hub.push([prompt, delta("new")]);
  expect((await next).value).toEqual([prompt, delta("new")]);
  watch[Symbol.dispose]();
  expect(await iterator.next()).toEqual({ done: true, value: undefined });
  expect(hub.watchers).toBe(0);
});

test("a turn that begins in the commit that seals the last one starts its own replay", async () => {
  const hub = new Hub();
  hub.push([prompt]);
  const first = all(hub.watch(true));
  hub.push([delta("a"), sealed, prompt, delta("b")]);
  expect(await first).toEqual([prompt, delta("a"), sealed]);
  const second = all(hub.watch(true));
  hub.push([sealed]);
  expect(await second).toEqual([prompt, delta("b"), sealed]);
});

// Reaches watcherEventsMax.
test("a long turn's replay is folded: fewer events, the same text, and who was under way misses nothing", async () => {
  const hub = new Hub();
  const early = hub.watch(true);
  hub.push([prompt]);
  for (let n = 0; n < 120_000; n += 100) hub.push(Array.from({ length: 100 }, (_, i) => delta(`${n + i},`)));
  const late = hub.watch(true);
  const expected = Array.from({ length: 120_000 }, (_, n) => `${n},`).join("");
  hub.push([sealed]);
  const [whole] = await Promise.allSettled([all(early)]);
  // 120,000 behind is more than a watcher may be.
  expect(whole).toMatchObject({ status: "rejected", reason: { code: "session-orchestrator/too-slow", kind: "limited" } });
  const seen = await all(late);
  expect(textOf(seen)).toBe(expected);
  expect(seen.length).toBeLessThan(60_000);
  expect(seen[0]).toEqual(prompt);
  expect(seen.at(-1)).toEqual(sealed);
});

// Reaches replayEventsMax.
test("up to fifty thousand events a turn is told to a late joiner event by event, beyond that piece by piece", async () => {
  const hub = new Hub();
  const reader = all(hub.watch(true));
  hub.push([prompt]);
  for (let n = 1; n < 50_000; n++) {
    hub.push([delta("x")]);
    if (n % 1_000 === 0) await Promise.resolve();
  }
  const before = all(hub.watch(true));
  hub.push([delta("x")]);
  const behind = all(hub.watch(true));
  hub.push([sealed]);
  await reader;
  expect([(await before).length, (await behind).length]).toEqual([50_002, 3]);
});

// Reaches mergedEventsMax.
test("a watcher that lies behind but within bounds gets everything, in larger pieces", async () => {
  const hub = new Hub();
  const watch = hub.watch(true);
  hub.push([prompt]);
  for (let n = 0; n < 60_000; n++) hub.push([delta(`${n},`)]);
  hub.push([sealed]);
  const batches: number[] = [];
  let text = "";
  for await (const batch of watch) {
    batches.push(batch.length);
    text += textOf(batch);
  }
  expect(text).toBe(Array.from({ length: 60_000 }, (_, n) => `${n},`).join(""));
  expect([batches.length, batches[0]]).toEqual([61, 1_000]);
});

test("leaving while waiting ends the wait", async () => {
  const hub = new Hub();
  const watch = hub.watch();
  const waiting = all(watch);
  watch[Symbol.dispose]();
  expect(await waiting).toEqual([]);
});

// Reaches replayCharsMax.
test("however much tools say while they run, what is kept for those who join late stays small", async () => {
  const hub = new Hub();
  const reader = all(hub.watch(true));
  hub.push([prompt]);
  const output = (call: number, data: string) =>
    shared({ type: "tool-output", ...ids, toolCallId: `call-${call}`, stream: "stdout", data });
  for (let call = 0; call < 100; call++) {
    for (let n = 0; n < 10; n++) hub.push([output(call, `${n}`.repeat(50_000))]);
    await Promise.resolve();
  }
  const late = all(hub.watch(true));
  hub.push([delta("done"), sealed]);
  const [whole, seen] = await Promise.all([reader, late]);
  const sizeOf = (events: readonly SharedEvent[]) => events.reduce((sum, { json }) => sum + json.length, 0);
  expect(sizeOf(whole)).toBeGreaterThan(50_000_000);
  expect(sizeOf(seen)).toBeLessThan(20_000_000);
  expect(seen.at(1)?.json).toContain("0".repeat(50_000));
  expect(textOf(seen)).toBe("done");
});

// Reaches watcherCharsMax.
test("a watcher that lies many millions of characters behind is cut off", async () => {
  const hub = new Hub();
  const asleep = hub.watch(true);
  hub.push([prompt]);
  for (let n = 0; n < 50; n++) hub.push([delta("x".repeat(1_000_000))]);
  hub.push([sealed]);
  await expect(all(asleep)).rejects.toMatchObject({ code: "session-orchestrator/too-slow" });
});
