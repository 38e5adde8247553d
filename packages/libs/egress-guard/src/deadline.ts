import type { Clock } from "@dispatch/kernel";
import { EgressFault } from "./egress-fault.ts";

/** One signal for the caller's end and for the time limit, which knows afterwards which of them it was. */
export class Deadline implements Disposable {
  readonly #end = new AbortController();
  readonly #watch = new AbortController();
  readonly #caller: AbortSignal;
  readonly #timeoutMs: number;
  #isOver = false;

  constructor(clock: Clock, timeoutMs: number, caller: AbortSignal) {
    this.#caller = caller;
    this.#timeoutMs = timeoutMs;
    if (caller.aborted) this.#end.abort();
    caller.addEventListener("abort", this.#follow, { once: true });
    void clock.sleep(timeoutMs, this.#watch.signal).then(() => {
      if (this.#watch.signal.aborted) return;
      this.#isOver = true;
      this.#end.abort();
    });
  }

  get signal(): AbortSignal {
    return this.#end.signal;
  }

  /** Rejects as soon as the signal aborts, for what does not listen to it. */
  async within<T>(work: Promise<T>): Promise<T> {
    const cut = Promise.withResolvers<never>();
    const onAbort = () => cut.reject(new Error("aborted"));
    this.signal.addEventListener("abort", onAbort, { once: true });
    if (this.signal.aborted) onAbort();
    try {
      return await Promise.race([work, cut.promise]);
    } finally {
      this.signal.removeEventListener("abort", onAbort);
    }
  }

  /** What to throw for whatever was thrown meanwhile. */
  explain(thrown: unknown): unknown {
    if (this.#caller.aborted) return new EgressFault("cancelled", "egress-guard/cancelled", "The request was stopped.", thrown);
    if (!this.#isOver) return thrown;
    const message = `The server did not answer within ${this.#timeoutMs / 1_000} s. Try again later, or another page.`;
    return new EgressFault("unavailable", "egress-guard/too-slow", message, thrown);
  }

  [Symbol.dispose](): void {
    this.#caller.removeEventListener("abort", this.#follow);
    this.#watch.abort();
    this.#end.abort();
  }

  readonly #follow = (): void => this.#end.abort();
}
