import type { Json, Store, Write } from "@dispatch/kernel";
import type { Day } from "./calendar.ts";

export interface SumsOf<Row> {
  /** Of the rows in the store. */
  readonly name: string;
  sum(...lists: readonly (readonly Row[])[]): readonly Row[];
}

/** What waited, as rows to store. */
export interface Taken {
  readonly writes: readonly Write[];
  /** They could not be stored. */
  giveBack(): void;
}

/** Sums by day: what is stored, and what waits to be. */
export class DaySums<Row> {
  readonly #store: Store;
  readonly #of: SumsOf<Row>;
  #waiting = new Map<Day, readonly Row[]>();

  constructor(store: Store, of: SumsOf<Row>) {
    this.#store = store;
    this.#of = of;
  }

  keep(day: Day, rows: readonly Row[]): void {
    this.#waiting.set(day, this.#of.sum(this.#waiting.get(day) ?? [], rows));
  }

  async read(day: Day): Promise<readonly Row[]> {
    return this.#of.sum(await this.#stored(day), this.#waiting.get(day) ?? []);
  }

  async take(): Promise<Taken> {
    const taken = this.#waiting;
    this.#waiting = new Map();
    const giveBack = () => {
      for (const [day, rows] of taken) this.keep(day, rows);
    };
    try {
      const writes = await Promise.all(
        [...taken].map(async ([day, rows]) => ({
          put: this.#keyOf(day),
          value: this.#of.sum(await this.#stored(day), rows) as unknown as Json,
        })),
      );
      return { writes, giveBack };
    } catch (thrown) {
      giveBack();
      throw thrown;
    }
  }

  async #stored(day: Day): Promise<readonly Row[]> {
    return ((await this.#store.get(this.#keyOf(day))) ?? []) as unknown as readonly Row[];
  }

  #keyOf(day: Day): string {
    return `${this.#of.name}/${day}`;
  }
}
