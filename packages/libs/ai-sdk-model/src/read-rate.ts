/** Tells how long a stream may hold pieces back, counted from the last that it handed on. */
export interface ReadRate {
  /** To be called at each read, with a monotonic time. */
  count(nowMs: number): void;
  readonly holdMs: number;
}

/**
 * How often this process reads from providers, over all requests. While it is calm every read is handed on at once; when it is busy, each
 * stream holds small pieces back for a moment, because what a piece costs on its way is far more than what its text costs.
 */
export class MeasuredRate implements ReadRate {
  #slotStart = Number.NEGATIVE_INFINITY;
  #reads = 0;
  #busy = false;

  count(nowMs: number): void {
    this.#reads += 1;
    const elapsedMs = nowMs - this.#slotStart;
    if (elapsedMs < slotMs) return;
    this.#busy = (this.#reads * 1_000) / elapsedMs > calmReadsPerSecondMax;
    this.#slotStart = nowMs;
    this.#reads = 0;
  }

  get holdMs(): number {
    return this.#busy ? busyHoldMs : 0;
  }
}

const slotMs = 100;
const calmReadsPerSecondMax = 5_000;
/** Two to three pieces of a stream at 50 a second, and less than people notice. */
export const busyHoldMs = 40;
