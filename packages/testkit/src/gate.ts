/** A place where something waits until the test lets it go on. Once opened it stays open. */
export class Gate {
  readonly #arrival = Promise.withResolvers<void>();
  readonly #opening = Promise.withResolvers<void>();

  /** Resolves when somebody waits here for the first time. */
  get reached(): Promise<void> {
    return this.#arrival.promise;
  }

  open(): void {
    this.#opening.resolve();
  }

  /** Waits for the opening, or for the signal: an abort does not reject. */
  async pass(signal?: AbortSignal): Promise<void> {
    this.#arrival.resolve();
    if (signal === undefined) return this.#opening.promise;
    if (signal.aborted) return;
    const leave = Promise.withResolvers<void>();
    signal.addEventListener("abort", () => leave.resolve(), { once: true });
    await Promise.race([this.#opening.promise, leave.promise]);
  }
}
