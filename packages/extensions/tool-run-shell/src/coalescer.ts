import type { Clock, ToolOutput } from "@dispatch/kernel";

const pendingCharsMax = 8 * 1024;
const pendingMs = 20;

/**
 * Gathers output until there is enough of it or it has waited long enough, so that a flood of small writes is no flood of events. What
 * goes out at once is at most one piece a stream, that of the stream that wrote first before the other.
 */
export class Coalescer {
  readonly #clock: Clock;
  readonly #emit: (output: ToolOutput) => void;
  readonly #pending = new Map<ToolOutput["stream"], string>();
  #chars = 0;
  #wait: AbortController | undefined;

  constructor(clock: Clock, emit: (output: ToolOutput) => void) {
    this.#clock = clock;
    this.#emit = emit;
  }

  push({ stream, data }: ToolOutput): void {
    if (data === "") return;
    this.#pending.set(stream, (this.#pending.get(stream) ?? "") + data);
    this.#chars += data.length;
    if (this.#chars >= pendingCharsMax) this.flush();
    else this.#wait ??= this.#waitThenFlush();
  }

  /** Hands out what is there, and leaves nobody waiting. */
  flush(): void {
    this.#wait?.abort();
    this.#wait = undefined;
    const pending = [...this.#pending];
    this.#pending.clear();
    this.#chars = 0;
    for (const [stream, data] of pending) this.#emit({ stream, data });
  }

  #waitThenFlush(): AbortController {
    const wait = new AbortController();
    void this.#clock.sleep(pendingMs, wait.signal).then(() => {
      if (!wait.signal.aborted) this.flush();
    });
    return wait;
  }
}
