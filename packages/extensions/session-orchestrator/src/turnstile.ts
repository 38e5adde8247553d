/** So many cost less each than one by one, because what they store lands together, and keep what runs waiting for some milliseconds at most. */
const atOnce = 8;

/** Lets a few through in each turn of the event loop: however many come at once, what runs already is served between them. */
export class Turnstile {
  readonly #waiting: (() => void)[] = [];
  #turning = false;

  pass(): Promise<void> {
    return new Promise((pass) => {
      this.#waiting.push(pass);
      if (this.#turning) return;
      this.#turning = true;
      queueMicrotask(() => this.#next());
    });
  }

  #next(): void {
    this.#turning = this.#waiting.length > 0;
    for (const pass of this.#waiting.splice(0, atOnce)) pass();
    if (this.#turning) setImmediate(() => this.#next());
  }
}
