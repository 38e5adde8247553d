interface SideInput {
  /** The loop has nothing left to do when what it says of this input comes out: the consumer need not wait. */
  readonly calm: boolean;
  deliver(): void;
}

/**
 * Hands a turn's loop one input at a time where two could meet: one from the side (a tool's result, an abort) is given when the loop has come to rest, and
 * what comes after it is given when the loop is at rest again. Only so does the order of inputs alone decide all that follows.
 */
export class InputGate {
  readonly #atRest: () => Promise<void>;
  readonly #waiting: SideInput[] = [];
  #isBusy = false;
  #isCalm = false;

  /** `atRest` resolves in a task of its own, when every promise that could settle has settled. */
  constructor(atRest: () => Promise<void>) {
    this.#atRest = atRest;
  }

  /** Something waits or is worked on: what the loop itself asked for comes after it, by `inTurn`. */
  get isBusy(): boolean {
    return this.#isBusy;
  }

  /** The consumer may ask for the next item. */
  get mayPull(): boolean {
    return !this.#isBusy || this.#isCalm;
  }

  inTurn<T>(deliver: () => T | Promise<T>): Promise<T> {
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    this.fromSide(() => {
      try {
        resolve(deliver());
      } catch (thrown) {
        reject(thrown);
      }
    });
    return promise;
  }

  /** In the order of the calls. */
  fromSide(deliver: () => void, calm = false): void {
    this.#waiting.push({ deliver, calm });
    this.#isCalm = false;
    if (this.#isBusy) return;
    this.#isBusy = true;
    void this.#drain();
  }

  async #drain(): Promise<void> {
    for (let input = this.#waiting[0]; input !== undefined; input = this.#waiting[0]) {
      await this.#atRest();
      this.#waiting.shift();
      this.#isCalm = input.calm && this.#waiting.length === 0;
      input.deliver();
      if (this.#waiting.length === 0) await this.#atRest();
    }
    this.#isBusy = false;
    this.#isCalm = false;
  }
}
