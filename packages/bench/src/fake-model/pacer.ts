/** Sends what is due of many paced streams from one timer, because a timer a stream would cost more than the sending. */
export class Pacer {
  readonly #streams = new Set<Paced>();
  #timer: Timer | undefined;

  /** `step` is called with 0, 1, 2 … at even distances from now, until it answers false. */
  add(everyMs: number, step: (index: number) => boolean): void {
    if (!step(0)) return;
    this.#streams.add({ everyMs, step, index: 1, dueMs: performance.now() + everyMs });
    this.#timer ??= setInterval(() => this.#tick(), tickMs);
  }

  #tick(): void {
    const nowMs = performance.now();
    for (const stream of this.#streams) {
      if (stream.dueMs > nowMs) continue;
      stream.dueMs += stream.everyMs;
      if (!stream.step(stream.index++)) this.#streams.delete(stream);
    }
    if (this.#streams.size > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }
}

interface Paced {
  readonly everyMs: number;
  readonly step: (index: number) => boolean;
  index: number;
  dueMs: number;
}

const tickMs = 1;
