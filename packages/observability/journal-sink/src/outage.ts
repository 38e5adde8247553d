import type { Clock } from "@dispatch/kernel";

/** While a disk refuses, it is asked this often. Also how long no record may have been dropped until an outage is over. */
const retryEveryMs = 1_000;

/** From the first record that could not be written until records are written again: one complaint, and a count. */
export class Outage {
  readonly #path: string;
  readonly #clock: Clock;
  readonly #complain: (text: string) => void;
  #ongoing = false;
  #failedAt: number | undefined;
  #droppedAt = Number.NEGATIVE_INFINITY;
  #dropped = 0;
  #droppedBefore = 0;

  constructor(path: string, clock: Clock, complain: (text: string) => void) {
    this.#path = path;
    this.#clock = clock;
    this.#complain = complain;
  }

  get droppedInAll(): number {
    return this.#dropped + this.#droppedBefore;
  }

  /** Whether a write is worth a try. `last`: there will be no other. */
  mayTry(last: boolean): boolean {
    return last || this.#failedAt === undefined || this.#clock.monotonic() - this.#failedAt >= retryEveryMs;
  }

  failed(why: unknown): void {
    this.#failedAt = this.#clock.monotonic();
    this.#begin(`The journal ${this.#path} cannot be written (${why instanceof Error ? why.message : String(why)})`);
  }

  /** More came than the disk takes. After the journal's end it only counts. */
  overflowed(ended: boolean): void {
    if (!ended) this.#begin(`The journal ${this.#path} is slower than what is written to it`);
    this.dropped(1);
  }

  dropped(count: number): void {
    this.#droppedAt = this.#clock.monotonic();
    this.#dropped += count;
  }

  /** Something was written. Gives how many records the outage has cost, once, when it is over. */
  over(): number {
    this.#failedAt = undefined;
    if (!this.#ongoing || this.#clock.monotonic() - this.#droppedAt < retryEveryMs) return 0;
    const count = this.#dropped;
    this.#ongoing = false;
    this.#droppedBefore += count;
    this.#dropped = 0;
    return count;
  }

  #begin(what: string): void {
    if (this.#ongoing) return;
    this.#ongoing = true;
    this.#complain(`${what}: its records are dropped and counted until it can; nothing else is affected.`);
  }
}
