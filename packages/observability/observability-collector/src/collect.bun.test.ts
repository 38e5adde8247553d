import { Database } from "bun:sqlite";
import { closeSync, openSync, readdirSync, statSync, writeSync } from "node:fs";
import { openTraceStore, type TraceStore } from "@dispatch/trace-store";
import { expect, onTestFinished, test } from "vitest";
import { collect } from "./index.ts";
import { Ground, line, lines, numbersIn, upTo } from "./journal.fixture.ts";

/** A collector in this process, on the ground's clock; `step` lets one interval pass and its look finish. */
function begin(ground: Ground, { decorate = (store: TraceStore) => store, ageMs = 1e12, pruneIntervalMs = 1_000 } = {}) {
  const stop = new AbortController();
  const clock = {
    ...{ now: () => ground.clock.now(), monotonic: () => ground.clock.monotonic() },
    sleep(ms: number, signal?: AbortSignal) {
      waiting.resolve();
      return ground.clock.sleep(ms, signal);
    },
  };
  let waiting = Promise.withResolvers<void>();
  const done = collect({
    ...{ journal: ground.journal, db: ground.db, intervalMs: 100, pruneIntervalMs, clock, signal: stop.signal, decorate },
    retention: { ageMs, bodyBytesMax: 1_000 },
    complain: (text) => void ground.complaints.push(text),
  });
  onTestFinished(() => stop.abort());
  return {
    done,
    /** Until it sleeps again. */
    async step(ms = 100) {
      await waiting.promise;
      waiting = Promise.withResolvers<void>();
      await ground.clock.advance(ms);
      await waiting.promise;
    },
    async end() {
      await waiting.promise;
      stop.abort();
      await done;
    },
  };
}

async function withStore<T>(ground: Ground, look: (store: TraceStore) => T): Promise<T> {
  await using store = await openTraceStore(ground.db, { readonly: true });
  return look(store);
}

test("it looks at every interval, and when it is asked to end it reads what was written until then", async () => {
  await using ground = new Ground();
  const collector = begin(ground);
  ground.append(lines(0, 3));
  await collector.step();
  expect(await withStore(ground, numbersIn)).toEqual(upTo(3));
  ground.append(lines(3, 6));
  ground.rotate();
  ground.append(lines(6, 9));
  await collector.end();
  expect(await withStore(ground, numbersIn)).toEqual(upTo(9));
});

test("a clock that jumps back stops neither looks nor the removal of what is old", async () => {
  await using ground = new Ground();
  const collector = begin(ground, { ageMs: 500, pruneIntervalMs: 300 });
  ground.append(line(0));
  await collector.step();
  ground.clock.jump(-900_000);
  ground.append(line(1));
  await collector.step();
  expect(await withStore(ground, numbersIn)).toEqual([0, 1]);
  ground.clock.jump(900_000);
  for (let n = 0; n < 20; n++) await collector.step();
  expect(await withStore(ground, numbersIn)).toEqual([]);
  ground.append(line(5_000));
  await collector.step();
  expect(await withStore(ground, numbersIn)).toEqual([5_000]);
  await collector.end();
});

test("bodies are kept within their limit while records flow", async () => {
  await using ground = new Ground();
  const collector = begin(ground, { pruneIntervalMs: 100 });
  for (const n of upTo(20)) {
    ground.append(line(n, { body: `${n} ${"x".repeat(300)}` }));
    await collector.step();
  }
  await collector.end();
  const { records, bodies, bytes } = await withStore(ground, (store) => store.stats());
  expect([records, bodies >= 2 && bodies <= 4, bytes <= 1_300]).toEqual([20, true, true]);
});

test("a store that turns out to be damaged is set aside, and the segments that are there are read into a new one", async () => {
  await using ground = new Ground();
  const first = begin(ground);
  ground.append(lines(0, 5_000));
  ground.rotate();
  ground.append(lines(5_000, 5_010));
  await first.step();
  await first.end();
  // All but the first pages: it opens, and the next insert finds out.
  const file = openSync(ground.db, "r+");
  const from = 30 * 4_096;
  const rest = Buffer.alloc(statSync(ground.db).size - from, 0x5a);
  writeSync(file, rest, 0, rest.length, from);
  closeSync(file);
  const second = begin(ground);
  ground.append(lines(5_010, 5_020));
  for (let n = 0; n < 4; n++) await second.step();
  await second.end();
  expect((await withStore(ground, numbersIn)).length).toBe(5_020);
  expect(await withStore(ground, (store) => store.check())).toEqual([]);
  expect(ground.complaints).toEqual([expect.stringContaining("does not hold together"), expect.stringContaining("was set aside")]);
  expect(readdirSync(ground.folder).filter((name) => /damaged-\d+$/.test(name))).toHaveLength(1);
});

test("a store that refuses for a while is told a few times and tried again; nothing is lost", async () => {
  await using ground = new Ground();
  let refusing = true;
  const refuse = (store: TraceStore): TraceStore =>
    Object.assign(Object.create(store), {
      insert(...given: Parameters<TraceStore["insert"]>) {
        if (refusing) throw Object.assign(new Error("database or disk is full"), { code: "SQLITE_FULL" });
        return store.insert(...given);
      },
      progress: (journal: string) => store.progress(journal),
      forget: (...given: Parameters<TraceStore["forget"]>) => store.forget(...given),
      prune: (...given: Parameters<TraceStore["prune"]>) => store.prune(...given),
      [Symbol.asyncDispose]: () => store[Symbol.asyncDispose](),
    });
  const collector = begin(ground, { decorate: refuse });
  for (const n of upTo(10)) {
    ground.append(line(n));
    ground.rotate();
    await collector.step();
  }
  expect(ground.complaints).toHaveLength(3);
  expect(ground.complaints[0]).toContain("disk is full");
  refusing = false;
  await collector.step();
  await collector.end();
  expect(await withStore(ground, numbersIn)).toEqual(upTo(10));
});

test("a database of somebody else's ends it with what to do, and is left as it was", async () => {
  await using ground = new Ground();
  using other = new Database(ground.db, { create: true });
  other.run("CREATE TABLE theirs (a)");
  await expect(begin(ground).done).rejects.toMatchObject({ code: "trace-store/not-ours" });
});

// Reaches prunedRowsMax.
test("between two looks ten thousand old records are removed", async () => {
  await using ground = new Ground();
  const collector = begin(ground, { ageMs: 1_000, pruneIntervalMs: 1_000 });
  await collector.step();
  ground.clock.jump(1e9);
  ground.append(lines(0, 25_000));
  await collector.step(1_000);
  expect(await withStore(ground, (store) => store.stats().records)).toBe(15_000);
  await collector.step();
  expect(await withStore(ground, (store) => store.stats().records)).toBe(5_000);
  await collector.end();
});
