/** Something that waits to be let go. */
export interface Held {
  /** `false` while it has to wait on. */
  release(nowMs: number): boolean;
}

/** All that is held back, and one timer that looks after all of them: a timer for each would cost as much as holding saves. */
export class HeldBack {
  readonly #held = new Set<Held>();
  readonly #onLook: (lateMs: number) => void;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #lookAt = 0;

  /** `onLook` is told how much later than it should each look comes. */
  constructor(onLook: (lateMs: number) => void) {
    this.#onLook = onLook;
  }

  hold(held: Held): void {
    this.#held.add(held);
    if (this.#timer === undefined) this.#arm();
  }

  drop(held: Held): void {
    this.#held.delete(held);
  }

  #arm(): void {
    this.#lookAt = performance.now() + lookMs;
    this.#timer = setTimeout(this.#look, lookMs);
  }

  readonly #look = (): void => {
    const now = performance.now();
    this.#onLook(now - this.#lookAt);
    for (const held of this.#held) if (held.release(now)) this.#held.delete(held);
    this.#timer = undefined;
    if (this.#held.size > 0) this.#arm();
  };
}

const lookMs = 10;
