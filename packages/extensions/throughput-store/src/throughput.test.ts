import { FakeClock, FaultInjector, MemoryStorage, RecordingLog } from "@dispatch/testkit";
import type { TurnMetrics } from "@dispatch/wire";
import { expect, test } from "vitest";
import { fastestFirst, modelsMax, sumTallies } from "./tally.ts";
import { Throughput } from "./throughput.ts";

const start = Temporal.Instant.from("2026-11-04T22:59:00Z").epochMilliseconds;

async function open(storage: MemoryStorage | FaultInjector = new MemoryStorage()) {
  const clock = new FakeClock(start);
  const journal = new RecordingLog();
  const throughput = new Throughput({ store: await storage.open("throughput-store"), clock, journal, timeZone: () => "Europe/Berlin" });
  const stop = new AbortController();
  const running = throughput.run(stop.signal);
  const end = async () => {
    stop.abort();
    await running;
  };
  return { throughput, clock, journal, end, [Symbol.asyncDispose]: end };
}

const turn = (outputTokens: number, ...genMs: readonly (number | undefined)[]): TurnMetrics => ({
  turnId: "t",
  usage: { inputTokens: 5, outputTokens },
  steps: genMs.map((genTotalMs, index) => ({
    stepId: `t#${index}`,
    usage: { inputTokens: 0, outputTokens: 0 },
    ...(genTotalMs === undefined ? {} : { genTotalMs }),
  })),
});

test("turns add up by model and local day, over all their steps", async () => {
  await using ground = await open();
  ground.throughput.add("a/x", turn(100, 1_000, undefined, 500));
  ground.throughput.add("a/x", turn(50, 500));
  ground.throughput.add("b/y", turn(10, 10));
  await ground.clock.advance(60_000);
  ground.throughput.add("a/x", turn(7, 1));
  expect(await ground.throughput.read(["2026-11-04"])).toEqual([
    { model: "a/x", outputTokens: 150, genMs: 2_000, turns: 2 },
    { model: "b/y", outputTokens: 10, genMs: 10, turns: 1 },
  ]);
  expect(await ground.throughput.read(["2026-11-05"])).toEqual([{ model: "a/x", outputTokens: 7, genMs: 1, turns: 1 }]);
  expect(fastestFirst(await ground.throughput.read(["2026-11-04", "2026-11-05"]))).toEqual([
    { model: "b/y", tokensPerSecond: 1_000, totalOutputTokens: 10, totalGenMs: 10, turns: 1 },
    { model: "a/x", tokensPerSecond: (157 * 1_000) / 2_001, totalOutputTokens: 157, totalGenMs: 2_001, turns: 3 },
  ]);
});

test("a turn that generated nothing does not count", async () => {
  await using ground = await open();
  ground.throughput.add("a/x", turn(100));
  ground.throughput.add("a/x", turn(100, 0));
  ground.throughput.add("a/x", turn(100, undefined));
  ground.throughput.add("a/x", turn(100, -5));
  expect(await ground.throughput.read(["2026-11-04"])).toEqual([]);
});

test("however many turns end, there is one commit a second, and none without turns", async () => {
  const storage = new FaultInjector(new MemoryStorage());
  await using ground = await open(storage);
  const commits = () => storage.counts.commit;
  for (let n = 0; n < 500; n++) ground.throughput.add(`a/${n % 7}`, turn(1, 1));
  expect(commits()).toBe(0);
  await ground.clock.advance(1_000);
  expect(commits()).toBe(1);
  await ground.clock.advance(10_000);
  expect(commits()).toBe(1);
  for (let n = 0; n < 20; n++) {
    ground.throughput.add("a/x", turn(1, 1));
    await ground.clock.advance(100);
  }
  expect(commits()).toBe(3);
});

test("what was stored is there for the next process, and what the end finds waiting is stored", async () => {
  const storage = new MemoryStorage();
  const first = await open(storage);
  first.throughput.add("a/x", turn(3, 4));
  await first.clock.advance(1_000);
  first.throughput.add("a/x", turn(3, 4));
  await first.end();
  await first.throughput.flush();
  await using second = await open(storage);
  expect(await second.throughput.read(["2026-11-04"])).toEqual([{ model: "a/x", outputTokens: 6, genMs: 8, turns: 2 }]);
});

test("what cannot be stored now is stored later, once", async () => {
  const storage = new FaultInjector(new MemoryStorage());
  await using ground = await open(storage);
  storage.arm({ operation: "commit", at: 1, when: "before" });
  ground.throughput.add("a/x", turn(3, 4));
  await ground.clock.advance(1_000);
  expect(ground.journal.told("throughput-not-stored")).toHaveLength(1);
  expect(await ground.throughput.read(["2026-11-04"])).toMatchObject([{ turns: 1 }]);
  ground.throughput.add("a/x", turn(3, 4));
  await ground.clock.advance(1_000);
  await using again = await open(storage);
  expect(await again.throughput.read(["2026-11-04"])).toMatchObject([{ turns: 2, outputTokens: 6 }]);
});

test("a day tells a bounded number of models apart; the others count as one", () => {
  const one = (model: string) => [{ model, outputTokens: 1, genMs: 1, turns: 1 }];
  const many = sumTallies(...Array.from({ length: modelsMax + 50 }, (_, n) => one(`m/${n}`)));
  expect(many).toHaveLength(modelsMax + 1);
  expect(many.at(-1)).toEqual({ model: "other", outputTokens: 50, genMs: 50, turns: 50 });
  expect(sumTallies(many, one("m/0"))).toHaveLength(modelsMax + 1);
  expect(sumTallies(one("__proto__"), one("__proto__"))).toEqual([{ model: "__proto__", outputTokens: 2, genMs: 2, turns: 2 }]);
});
