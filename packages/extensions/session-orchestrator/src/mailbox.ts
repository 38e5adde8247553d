/** Work that is done one after another, in the order in which it was posted. */
export class Mailbox {
  #last: Promise<unknown> = Promise.resolve();
  #open = 0;

  get isEmpty(): boolean {
    return this.#open === 0;
  }

  /** Settles as the work does; work that fails holds up nothing. */
  post<T>(work: () => Promise<T>): Promise<T> {
    this.#open++;
    const done = this.#last.then(work).finally(() => this.#open--);
    this.#last = done.catch(() => {});
    return done;
  }
}
