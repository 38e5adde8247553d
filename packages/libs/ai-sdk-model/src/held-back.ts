/** Something that waits to be let go. */
export interface Held {
  /** `false` while it has to wait on. */
  release(nowMs: number): boolean;
}

/** All that is held back, and one timer that looks after all of them: a timer for each would cost as much as holding saves. */
export class HeldBack {
  readonly #held = new Set<Held>();
  #timer: ReturnType<typeof setTimeout> | undefined;

  hold(held: Held): void {
    this.#held.add(held);
    this.#timer ??= setTimeout(this.#look, lookMs);
  }

  drop(held: Held): void {
    this.#held.delete(held);
  }

  readonly #look = (): void => {
    const now = performance.now();
    for (const held of this.#held) if (held.release(now)) this.#held.delete(held);
    this.#timer = this.#held.size === 0 ? undefined : setTimeout(this.#look, lookMs);
  };
}

const lookMs = 10;
