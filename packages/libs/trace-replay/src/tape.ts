/** Recorded values in order. What is asked for beyond their end is made up: by then the replay has left the recording, and its events say so. */
export class Tape<T> {
  readonly #values: readonly T[];
  readonly #beyond: T;
  #used = 0;

  constructor(values: readonly T[], beyond: T) {
    this.#values = values;
    this.#beyond = beyond;
  }

  next(): T {
    const value = this.#values[this.#used] ?? this.#beyond;
    this.#used += 1;
    return value;
  }
}
