/** Beyond as many conversations at once a watcher is told that everything may have changed. */
const pendingMax = 10_000;

/**
 * Tells watchers whose data have changed, not how: what changes twice before it is read counts once, and a slow watcher costs no more than a
 * set of ids. `undefined` stands for everything.
 */
export class ChangeFeed {
  readonly #watches = new Set<Watch>();

  get watchers(): number {
    return this.#watches.size;
  }

  /** Never throws. */
  emit(conversationId?: string): void {
    for (const watch of this.#watches) watch.add(conversationId);
  }

  /** Changes from now on, until the signal aborts or the iteration is left. */
  watch(signal: AbortSignal): AsyncIterableIterator<string | undefined> {
    const watch: Watch = new Watch(signal, () => this.#watches.delete(watch));
    if (!signal.aborted) this.#watches.add(watch);
    return watch;
  }
}

type Change = IteratorResult<string | undefined, undefined>;

/** For one consumer: `next` is not called again before it has answered. */
class Watch implements AsyncIterableIterator<string | undefined> {
  #pending = new Set<string | undefined>();
  #waiting: ((change: Change) => void) | undefined;
  #ended: boolean;
  readonly #end: () => void;

  constructor(signal: AbortSignal, leave: () => void) {
    this.#ended = signal.aborted;
    this.#end = () => {
      this.#ended = true;
      signal.removeEventListener("abort", this.#end);
      leave();
      this.#waiting?.({ done: true, value: undefined });
      this.#waiting = undefined;
    };
    signal.addEventListener("abort", this.#end, { once: true });
  }

  add(conversationId: string | undefined): void {
    const waiting = this.#waiting;
    if (waiting !== undefined) {
      this.#waiting = undefined;
      waiting({ done: false, value: conversationId });
      return;
    }
    if (this.#pending.has(undefined)) return;
    if (conversationId === undefined || this.#pending.size >= pendingMax) this.#pending = new Set([undefined]);
    else this.#pending.add(conversationId);
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  next(): Promise<Change> {
    if (this.#ended) return Promise.resolve({ done: true, value: undefined });
    for (const conversationId of this.#pending) {
      this.#pending.delete(conversationId);
      return Promise.resolve({ done: false, value: conversationId });
    }
    return new Promise((resolve) => {
      this.#waiting = resolve;
    });
  }

  return(): Promise<Change> {
    this.#end();
    return Promise.resolve({ done: true, value: undefined });
  }
}
