/** How many commits there were, and a way to wait for the next. */
export class CommitCount {
  #count = 0;
  #tell: (() => void) | undefined;

  get count(): number {
    return this.#count;
  }

  add(): void {
    this.#count += 1;
    this.#tell?.();
  }

  /** Also resolves when the signal aborts. */
  async next(signal: AbortSignal): Promise<void> {
    if (signal.aborted) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    const leave = () => resolve();
    signal.addEventListener("abort", leave, { once: true });
    this.#tell = leave;
    await promise;
    this.#tell = undefined;
    signal.removeEventListener("abort", leave);
  }
}
