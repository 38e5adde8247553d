import { asFault, type Clock, type Log, type Store } from "@dispatch/kernel";
import type { TurnMetrics } from "@dispatch/wire";
import { type Day, dayOf } from "./calendar.ts";
import { DaySums, type Taken } from "./day-sums.ts";
import { sumTallies, type Tally } from "./tally.ts";
import { sumUsages, type UsageTally, usageOf } from "./usage-tally.ts";

/** The longest that a finished turn waits to be stored; what a killed process loses. */
const gatherMs = 1_000;

export interface ThroughputPorts {
  readonly store: Store;
  readonly clock: Clock;
  readonly journal: Log;
  timeZone(): string;
}

/** Sums of finished turns by day and model: two rows a day, stored at most once a second whatever goes on. */
export class Throughput {
  readonly #ports: ThroughputPorts;
  readonly #speeds: DaySums<Tally>;
  readonly #usages: DaySums<UsageTally>;
  #bell = Promise.withResolvers<void>();
  #last: Promise<unknown> = Promise.resolve();

  constructor(ports: ThroughputPorts) {
    this.#ports = ports;
    this.#speeds = new DaySums(ports.store, { name: "day", sum: sumTallies });
    this.#usages = new DaySums(ports.store, { name: "usage", sum: sumUsages });
  }

  /** A turn in which nothing was generated says nothing about speed. */
  add(model: string, metrics: TurnMetrics, reason = "stop"): void {
    const day = dayOf(this.#ports.clock.now(), this.#ports.timeZone());
    this.#usages.keep(day, [usageOf(model, metrics, reason)]);
    this.#bell.resolve();
    const genMs = metrics.steps.reduce((sum, step) => sum + (step.genTotalMs ?? 0), 0);
    if (!(genMs > 0) || !Number.isFinite(genMs)) return;
    this.#speeds.keep(day, [{ model, outputTokens: metrics.usage.outputTokens, genMs, turns: 1 }]);
  }

  /** With what is not stored yet. Faults: the store's. */
  read(days: readonly Day[]): Promise<readonly Tally[]> {
    return this.#inTurn(async () => sumTallies(...(await Promise.all(days.map((day) => this.#speeds.read(day))))));
  }

  /** Of each day, with what is not stored yet. Faults: the store's. */
  readUsage(days: readonly Day[]): Promise<readonly (readonly UsageTally[])[]> {
    return this.#inTurn(() => Promise.all(days.map((day) => this.#usages.read(day))));
  }

  /** Stores from time to time, until the signal aborts. */
  async run(signal: AbortSignal): Promise<void> {
    const ended = Promise.withResolvers<void>();
    signal.addEventListener("abort", () => ended.resolve(), { once: true });
    while (!signal.aborted) {
      await Promise.race([this.#bell.promise, ended.promise]);
      this.#bell = Promise.withResolvers<void>();
      await this.#ports.clock.sleep(gatherMs, signal);
      await this.flush();
    }
  }

  /** Never rejects: what cannot be stored is kept for the next time. */
  flush(): Promise<void> {
    return this.#inTurn(async () => {
      const taken: Taken[] = [];
      try {
        for (const sums of [this.#speeds, this.#usages]) taken.push(await sums.take());
        const writes = taken.flatMap((one) => one.writes);
        if (writes.length > 0) await this.#ports.store.commit(writes);
      } catch (thrown) {
        for (const { giveBack } of taken) giveBack();
        this.#bell.resolve();
        this.#ports.journal.warn("throughput-not-stored", { error: asFault(thrown).message });
      }
    });
  }

  /** A read between taking and storing would miss what is on its way. */
  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#last.then(work);
    this.#last = done.catch(() => {});
    return done;
  }
}
