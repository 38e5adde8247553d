import { asFault, type Clock, type Json, type Log, type Store } from "@dispatch/kernel";
import type { TurnMetrics } from "@dispatch/wire";
import { type Day, dayOf } from "./calendar.ts";
import { sumTallies, type Tally } from "./tally.ts";

/** The longest that a finished turn waits to be stored; what a killed process loses. */
const gatherMs = 1_000;

export interface ThroughputPorts {
  readonly store: Store;
  readonly clock: Clock;
  readonly journal: Log;
  timeZone(): string;
}

/** Sums of finished turns by day and model: one row a day, stored at most once a second whatever goes on. */
export class Throughput {
  readonly #ports: ThroughputPorts;
  #waiting = new Map<Day, readonly Tally[]>();
  #bell = Promise.withResolvers<void>();
  #last: Promise<unknown> = Promise.resolve();

  constructor(ports: ThroughputPorts) {
    this.#ports = ports;
  }

  /** A turn in which nothing was generated says nothing about speed. */
  add(model: string, { usage, steps }: TurnMetrics): void {
    const genMs = steps.reduce((sum, step) => sum + (step.genTotalMs ?? 0), 0);
    if (!(genMs > 0) || !Number.isFinite(genMs)) return;
    const day = dayOf(this.#ports.clock.now(), this.#ports.timeZone());
    this.#keep(day, [{ model, outputTokens: usage.outputTokens, genMs, turns: 1 }]);
    this.#bell.resolve();
  }

  /** With what is not stored yet. Faults: the store's. */
  read(days: readonly Day[]): Promise<readonly Tally[]> {
    return this.#inTurn(async () => {
      const stored = await Promise.all(days.map((day) => this.#stored(day)));
      return sumTallies(...stored, ...days.map((day) => this.#waiting.get(day) ?? []));
    });
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
      const taken = this.#waiting;
      if (taken.size === 0) return;
      this.#waiting = new Map();
      try {
        const writes = await Promise.all(
          [...taken].map(async ([day, tallies]) => ({
            put: keyOf(day),
            value: sumTallies(await this.#stored(day), tallies) as unknown as Json,
          })),
        );
        await this.#ports.store.commit(writes);
      } catch (thrown) {
        for (const [day, tallies] of taken) this.#keep(day, tallies);
        this.#bell.resolve();
        this.#ports.journal.warn("throughput-not-stored", { error: asFault(thrown).message });
      }
    });
  }

  #keep(day: Day, tallies: readonly Tally[]): void {
    this.#waiting.set(day, sumTallies(this.#waiting.get(day) ?? [], tallies));
  }

  async #stored(day: Day): Promise<readonly Tally[]> {
    return ((await this.#ports.store.get(keyOf(day))) ?? []) as unknown as readonly Tally[];
  }

  /** A read between taking and storing would miss what is on its way. */
  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#last.then(work);
    this.#last = done.catch(() => {});
    return done;
  }
}

const keyOf = (day: Day): string => `day/${day}`;
