import { heapStats } from "bun:jsc";
import { SurfaceRegistry } from "@dispatch/surface-registry/contract";
import { FakeClock } from "@dispatch/testkit";
import { startWholeServer, type WholeServer } from "../hostile/whole-server.ts";
import { randomFrom } from "../random.ts";
import type { Failure, SectionOptions, SectionReport } from "../section.ts";

export interface DayOptions extends Pick<SectionOptions, "seed" | "signal" | "say"> {
  readonly hours: number;
  /** How much happens: turns in each of the day's steps. */
  readonly turnsOfStep?: number;
}

const stepMs = 300_000;
const stepsOfHour = 12;
/** The hour of the first look, when everything has happened once. */
const warmHour = 2;
/** How long conversations stay before they are removed, in steps. */
const staysSteps = 6;
/** What the heap may have grown by from the first look to the last. */
export const growthBytesMax: number = 4 * 2 ** 20;

/**
 * A day of a server in use, on a clock that runs ahead: turns, queues, heartbeats, warm requests, retention, conversations that come and go. Afterwards it
 * holds no more memory than early in the morning.
 */
export async function simulateDay({ seed, signal, say, hours, turnsOfStep = 6 }: DayOptions): Promise<SectionReport> {
  const startedMs = performance.now();
  const clock = new FakeClock(Date.UTC(2026, 5, 1));
  await using server = await startWholeServer({ clock });
  const pumped = <Value>(work: Promise<Value>) => whileTimePasses(clock, work);
  const failures: Failure[] = [];
  const counts = { turns: 0, queued: 0, removed: 0, heartbeats: 0 };
  const random = randomFrom(seed);
  const heaps: number[] = [];
  await pumped(setUp(server));
  for (let step = 0; step < hours * stepsOfHour && !signal.aborted; step++) {
    const names = Array.from({ length: turnsOfStep }, (_, at) => `day-${step}-${at}`);
    await pumped(Promise.all(names.map((name) => converse(server, name, random, counts))));
    if (step >= staysSteps) await pumped(removeThose(server, step - staysSteps, turnsOfStep, counts));
    await clock.advance(stepMs);
    if ((step + 1) % stepsOfHour !== 0) continue;
    heaps.push(await settledHeap(clock));
    const defects = server.takeDefects();
    if (defects !== undefined) failures.push({ point: `hour ${heaps.length}`, why: defects });
  }
  const { runs } = (await pumped(server.call("heartbeat.runs", { workspaceId: "w1" }))) as { runs: readonly unknown[] };
  counts.heartbeats = runs.length;
  const grown = (heaps.at(-1) ?? 0) - (heaps[warmHour - 1] ?? 0);
  say(
    `a day: ${counts.turns} turns, heap ${mebibytes(heaps[warmHour - 1] ?? 0)} after hour ${warmHour}, ${mebibytes(heaps.at(-1) ?? 0)} after hour ${heaps.length}`,
  );
  if (grown > growthBytesMax)
    failures.push({ point: "the heap of a day", why: `it grew by ${mebibytes(grown)}: ${heaps.map(mebibytes).join(", ")}` });
  return { points: heaps.length, counts: { hours: heaps.length, ...counts }, failures, seconds: (performance.now() - startedMs) / 1_000 };
}

async function setUp(server: WholeServer): Promise<void> {
  await server.call("workspaces.put", { workspaceId: "w1" });
  await server.call("heartbeat.set", {
    workspaceId: "w1",
    enabled: true,
    taskPrompt: "Look around.",
    intervalMinutes: 10,
    model: "attacked/echo",
  });
  await server.call("retention.set", { conversationDays: 1, imageDays: 1, outputDays: 1, automatic: true });
}

interface DayCounts {
  turns: number;
  queued: number;
  removed: number;
}

async function converse(server: WholeServer, conversationId: string, random: () => number, counts: DayCounts): Promise<void> {
  const turn = await server.conversations.submit({ conversationId, text: "What now?", model: "attacked/echo" });
  if (random() < 0.5) {
    await server.conversations.enqueue(conversationId, "And then?");
    counts.queued += 1;
  }
  for await (const _ of turn.events) {
    // Only its end is waited for.
  }
  counts.turns += 1;
  if (random() < 0.3) await server.kernel.use(SurfaceRegistry).invoke("cache-warming", "cache-warming/toggle", true, conversationId);
  if (random() < 0.3) await server.call("title.set", { conversationId, title: `Said at ${server.host.clock.now()}` });
}

async function removeThose(server: WholeServer, step: number, count: number, counts: DayCounts): Promise<void> {
  for (let at = 0; at < count; at++) {
    await server.conversations.close(`day-${step}-${at}`);
    await server.conversations.remove(`day-${step}-${at}`);
    counts.removed += 1;
  }
}

const pumpMs = 10;

/** The clock goes on until the work is done: what waits for it would wait for ever. */
async function whileTimePasses<Value>(clock: FakeClock, work: Promise<Value>): Promise<Value> {
  let isDone = false;
  const done = work.finally(() => {
    isDone = true;
  });
  done.catch(() => {});
  while (!isDone) await clock.advance(pumpMs);
  return done;
}

const collections = 5;

/** What is still held when everything that could be let go has been. */
async function settledHeap(clock: FakeClock): Promise<number> {
  for (let round = 0; round < collections; round++) {
    await clock.advance(pumpMs);
    Bun.gc(true);
  }
  return heapStats().heapSize;
}

const mebibytes = (bytes: number): string => `${(bytes / 2 ** 20).toFixed(1)} MiB`;
