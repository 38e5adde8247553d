/**
 * Hands a turn's loop one input at a time where two could meet: one from the side (a tool's result, an abort) is given when the loop has come to rest, and
 * what comes after it waits until the loop is at rest again. Only so does the order of inputs alone decide all that follows.
 */
export class InputGate {
  readonly #atRest: () => Promise<void>;
  #waiting: (() => void)[] = [];
  #free: PromiseWithResolvers<void> | undefined;

  /** `atRest` resolves in a task of its own, when every promise that could settle has settled. */
  constructor(atRest: () => Promise<void>) {
    this.#atRest = atRest;
  }

  /** Something from the side waits or is worked on: what the loop itself asked for is given after it. */
  get isBusy(): boolean {
    return this.#free !== undefined;
  }

  async whenFree(): Promise<void> {
    while (this.#free !== undefined) await this.#free.promise;
  }

  /** In the order of the calls. */
  fromSide(deliver: () => void): void {
    this.#waiting.push(deliver);
    if (this.#free !== undefined) return;
    this.#free = Promise.withResolvers<void>();
    void this.#drain(this.#free);
  }

  async #drain(free: PromiseWithResolvers<void>): Promise<void> {
    while (this.#waiting.length > 0) {
      const waiting = this.#waiting;
      this.#waiting = [];
      for (const deliver of waiting) {
        await this.#atRest();
        deliver();
      }
      await this.#atRest();
    }
    this.#free = undefined;
    free.resolve();
  }
}
