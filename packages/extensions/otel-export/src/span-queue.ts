import type { TracedTurn } from "@dispatch/turn-trace/contract";

/** Spans that wait. What comes when it is full is dropped: a collector that is down must cost no memory. */
export const waitingSpansMax = 20_000;

/** Turns whose spans are to be sent, oldest first. */
export class SpanQueue {
  readonly #turns: TracedTurn[] = [];
  #spans = 0;
  #wake: (() => void) | undefined;
  readonly #full: (spans: number) => void;

  constructor(full: (spans: number) => void) {
    this.#full = full;
  }

  get spans(): number {
    return this.#spans;
  }

  get isEmpty(): boolean {
    return this.#turns.length === 0;
  }

  add(turn: TracedTurn): void {
    const { length } = turn.spans;
    if (this.#spans + length > waitingSpansMax) {
      this.#full(length);
      return;
    }
    this.#turns.push(turn);
    this.#spans += length;
    this.#wake?.();
  }

  /** Whole turns, until they have so many spans: at least one turn, if there is any. */
  take(spansMax: number): readonly TracedTurn[] {
    let spans = 0;
    const end = this.#turns.findIndex(({ spans: { length } }, index) => {
      spans += length;
      return index > 0 && spans > spansMax;
    });
    const taken = this.#turns.splice(0, end === -1 ? this.#turns.length : end);
    for (const turn of taken) this.#spans -= turn.spans.length;
    return taken;
  }

  /** Resolves when something waits, or the signal aborts. */
  async filled(signal: AbortSignal): Promise<void> {
    if (this.#turns.length > 0 || signal.aborted) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    const wake = () => resolve();
    this.#wake = wake;
    signal.addEventListener("abort", wake);
    await promise;
    signal.removeEventListener("abort", wake);
    this.#wake = undefined;
  }
}
