import type { Clock } from "@dispatch/kernel";

/** One signal for the caller's end and for a time limit, which knows afterwards which of them it was. */
export class Deadline implements Disposable {
  readonly #end = new AbortController();
  readonly #watch = new AbortController();
  readonly #caller: AbortSignal;
  #ending: "caller" | "time" | undefined;

  constructor(clock: Clock, timeoutMs: number, caller: AbortSignal) {
    this.#caller = caller;
    if (caller.aborted) this.#stop();
    caller.addEventListener("abort", this.#stop, { once: true });
    void clock.sleep(timeoutMs, this.#watch.signal).then(() => {
      if (!this.#watch.signal.aborted) this.#finish("time");
    });
  }

  get signal(): AbortSignal {
    return this.#end.signal;
  }

  /** What ended it first. */
  get ending(): "caller" | "time" | undefined {
    return this.#ending;
  }

  /** Rejects as soon as the signal aborts, for what does not listen to it. */
  async within<T>(work: Promise<T>): Promise<T> {
    const cut = Promise.withResolvers<never>();
    const onAbort = () => cut.reject(new Error("The deadline has ended."));
    this.signal.addEventListener("abort", onAbort, { once: true });
    if (this.signal.aborted) onAbort();
    try {
      return await Promise.race([work, cut.promise]);
    } finally {
      this.signal.removeEventListener("abort", onAbort);
    }
  }

  [Symbol.dispose](): void {
    this.#caller.removeEventListener("abort", this.#stop);
    this.#watch.abort();
    this.#end.abort();
  }

  readonly #stop = (): void => this.#finish("caller");

  #finish(why: "caller" | "time"): void {
    if (this.#end.signal.aborted) return;
    this.#ending = why;
    this.#watch.abort();
    this.#end.abort();
  }
}
