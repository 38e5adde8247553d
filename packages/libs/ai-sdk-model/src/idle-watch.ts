/**
 * Calls once when nothing has been noted for `timeoutMs`. Noting costs one assignment: the timer is not made anew each time, it looks when it
 * fires how long the silence has lasted, and goes to sleep for what is left. So the call comes when the silence is `timeoutMs` long, never earlier.
 */
export class IdleWatch implements Disposable {
  readonly #timeoutMs: number;
  readonly #onIdle: () => void;
  #timer: ReturnType<typeof setTimeout>;
  #notedAt = performance.now();

  constructor(timeoutMs: number, onIdle: () => void) {
    this.#timeoutMs = timeoutMs;
    this.#onIdle = onIdle;
    this.#timer = setTimeout(this.#look, timeoutMs);
  }

  /** A time in the future postpones the call. */
  note(nowMs: number): void {
    this.#notedAt = nowMs;
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#timer);
  }

  readonly #look = (): void => {
    const leftMs = this.#notedAt + this.#timeoutMs - performance.now();
    if (leftMs <= 0) this.#onIdle();
    else this.#timer = setTimeout(this.#look, Math.min(Math.ceil(leftMs), this.#timeoutMs));
  };
}
