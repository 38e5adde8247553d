/** Tells what a stream may hold back. */
export interface ReadRate {
  /** To be called at each read, with a monotonic time. */
  count(nowMs: number): void;
  /** To be told how late the process looks after what it holds back. */
  late(lateMs: number): void;
  /** How long pieces of text may wait for more, counted from the last that were handed on. */
  readonly holdMs: number;
  /** How long the end of a complete stream waits. */
  readonly endHoldMs: number;
}

/**
 * How often this process reads from providers, over all requests. While it is calm every read is handed on at once; when it is busy, each
 * stream holds small pieces back for a moment, because what a piece costs on its way is far more than what its text costs. An end waits
 * a little longer: it sets off storing, settling and tools, and the text of the streams beside it goes first.
 */
export class MeasuredRate implements ReadRate {
  #slotStart = Number.NEGATIVE_INFINITY;
  #reads = 0;
  #busy = false;
  #lateMs = 0;

  count(nowMs: number): void {
    this.#reads += 1;
    const elapsedMs = nowMs - this.#slotStart;
    if (elapsedMs < slotMs) return;
    this.#busy = (this.#reads * 1_000) / elapsedMs > calmReadsPerSecondMax;
    this.#slotStart = nowMs;
    this.#reads = 0;
  }

  late(lateMs: number): void {
    this.#lateMs = Math.max(lateMs, this.#lateMs * lateFade);
  }

  get holdMs(): number {
    return this.#busy ? Math.min(busyHoldMs + this.#lateMs, busyHoldMsMax) : 0;
  }

  get endHoldMs(): number {
    return this.#busy ? this.holdMs + busyEndMs : 0;
  }
}

const slotMs = 100;
const calmReadsPerSecondMax = 5_000;
/** Two to three pieces of a stream at 50 a second, and less than people notice. */
export const busyHoldMs = 40;
/** A process that cannot keep up holds longer: fewer and larger pieces are what lets it catch up. */
export const busyHoldMsMax = 120;
const lateFade = 0.9;
/** An end waits longer than text, so that text which was held when the streams ended has passed. */
const busyEndMs = 20;
