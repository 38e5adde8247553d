/** Wakes the one who waits. A ring while nobody waits is kept, so that whoever looks around before waiting misses nothing. */
export class Bell {
  #rung = false;
  #wake: (() => void) | undefined;

  ring(): void {
    const wake = this.#wake;
    if (wake === undefined) this.#rung = true;
    else {
      this.#wake = undefined;
      wake();
    }
  }

  wait(): Promise<void> {
    if (!this.#rung) return new Promise((resolve) => (this.#wake = resolve));
    this.#rung = false;
    return Promise.resolve();
  }
}
