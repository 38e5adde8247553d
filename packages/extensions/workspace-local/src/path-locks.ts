/** Lets writers of one path wait for each other. Only this process is kept in order. */
export class PathLocks {
  readonly #last = new Map<string, Promise<unknown>>();

  async hold<T>(path: string, work: () => Promise<T>): Promise<T> {
    const before = this.#last.get(path) ?? Promise.resolve();
    const mine = before.then(work, work);
    this.#last.set(path, mine);
    try {
      return await mine;
    } finally {
      if (this.#last.get(path) === mine) this.#last.delete(path);
    }
  }
}
