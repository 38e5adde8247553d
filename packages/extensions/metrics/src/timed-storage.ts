import { type Clock, Fault, type Storage, type Store } from "@dispatch/kernel";
import type { MetricFamily, MetricSource } from "./contract.ts";
import { Counts } from "./counts.ts";
import { Histograms, shortBounds } from "./histogram.ts";

type Operation = "get" | "scan" | "commit";

/** The same storage, and how long it takes. Of a scan its first entry counts: the rest goes at its reader's pace. */
export function timedStorage(storage: Storage, clock: Clock): { readonly storage: Storage; readonly source: MetricSource } {
  const numbers = new StoreNumbers(clock);
  return {
    storage: {
      open: async (owner) => timedStore(await storage.open(owner), numbers),
      [Symbol.asyncDispose]: () => storage[Symbol.asyncDispose](),
    },
    source: numbers,
  };
}

const timedStore = (store: Store, numbers: StoreNumbers): Store => ({
  get: (key) => numbers.time("get", store.get(key)),
  commit: (writes) => numbers.time("commit", store.commit(writes)),
  scan: (range) => ({
    [Symbol.asyncIterator]() {
      const entries = store.scan(range)[Symbol.asyncIterator]();
      let isFirst = true;
      return {
        next() {
          if (!isFirst) return entries.next();
          isFirst = false;
          return numbers.time("scan", entries.next());
        },
        return: async (value?: unknown) => (await entries.return?.(value)) ?? { done: true, value: undefined },
      };
    },
  }),
});

class StoreNumbers implements MetricSource {
  readonly name = "store";
  readonly #clock: Clock;
  readonly #durations = new Histograms(shortBounds);
  readonly #failures = new Counts();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  async time<T>(operation: Operation, work: Promise<T>): Promise<T> {
    const startedAt = this.#clock.monotonic();
    try {
      return await work;
    } catch (thrown) {
      this.#failures.add({ operation, kind: Fault.is(thrown) ? thrown.kind : "defect" });
      throw thrown;
    } finally {
      this.#durations.observe({ operation }, (this.#clock.monotonic() - startedAt) / 1_000);
    }
  }

  read(): readonly MetricFamily[] {
    return [
      {
        name: "dispatch_store_duration_seconds",
        help: "How long the database takes. Of a scan its first entry counts.",
        unit: "seconds",
        type: "histogram",
        samples: this.#durations.samples(),
      },
      {
        name: "dispatch_store_failures",
        help: "What the database refused or could not do.",
        type: "counter",
        samples: this.#failures.samples(),
      },
    ];
  }
}
