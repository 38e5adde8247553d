import type { Clock } from "@dispatch/kernel";

interface Sleeper {
  readonly wakeAt: number;
  wake(): void;
}

/** A clock whose time moves only when the test moves it. Sleepers wake in the order of their times; equal times in the order of their calls. */
export class FakeClock implements Clock {
  readonly #startedAt: number;
  #elapsedMs = 0;
  #jumpedMs = 0;
  #sleepers: readonly Sleeper[] = [];
  #arrivals: readonly (() => void)[] = [];

  constructor(startedAt = 0) {
    this.#startedAt = startedAt;
  }

  now(): number {
    return this.#startedAt + this.#elapsedMs + this.#jumpedMs;
  }

  monotonic(): number {
    return this.#elapsedMs;
  }

  async sleep(ms: number, signal?: AbortSignal): Promise<void> {
    if (signal?.aborted || !(ms > 0)) return;
    await new Promise<void>((resolve) => {
      const sleeper = { wakeAt: this.#elapsedMs + ms, wake: () => this.#leave(sleeper, signal, resolve) };
      signal?.addEventListener("abort", sleeper.wake, { once: true });
      this.#sleepers = [...this.#sleepers, sleeper];
      const arrivals = this.#arrivals;
      this.#arrivals = [];
      for (const arrived of arrivals) arrived();
    });
  }

  /** How many sleep now. Zero at the end of a test shows that nothing was left behind. */
  get sleeping(): number {
    return this.#sleepers.length;
  }

  /**
   * Moves time by `ms`, stopping at each sleeper on the way: what it wakes runs as far as it can before time goes on, so that a loop that
   * sleeps again within the span is woken again.
   */
  async advance(ms: number): Promise<void> {
    await drain();
    const end = this.#elapsedMs + ms;
    for (let next = this.#next(); next !== undefined && next.wakeAt <= end; next = this.#next()) {
      this.#elapsedMs = next.wakeAt;
      next.wake();
      await drain();
    }
    this.#elapsedMs = end;
  }

  /** Waits until somebody sleeps, then moves time to the next waking. For waits whose length the test does not know. */
  async advanceToNext(): Promise<void> {
    await this.untilSleeping(1);
    const next = this.#next();
    if (next !== undefined) await this.advance(next.wakeAt - this.#elapsedMs);
  }

  /** Resolves as soon as `count` sleep at once. Time stands still meanwhile. */
  async untilSleeping(count: number): Promise<void> {
    while (this.#sleepers.length < count) {
      await new Promise<void>((resolve) => {
        this.#arrivals = [...this.#arrivals, resolve];
      });
    }
  }

  /** Sets the wall clock forward or back, as an administrator does. Sleepers and `monotonic` do not notice. */
  jump(ms: number): void {
    this.#jumpedMs += ms;
  }

  #next(): Sleeper | undefined {
    return this.#sleepers.reduce<Sleeper | undefined>(
      (first, sleeper) => (first === undefined || sleeper.wakeAt < first.wakeAt ? sleeper : first),
      undefined,
    );
  }

  #leave(sleeper: Sleeper, signal: AbortSignal | undefined, resolve: () => void): void {
    signal?.removeEventListener("abort", sleeper.wake);
    this.#sleepers = this.#sleepers.filter((other) => other !== sleeper);
    resolve();
  }
}

/** A new task starts only after every promise that can settle has settled. */
const drain = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
