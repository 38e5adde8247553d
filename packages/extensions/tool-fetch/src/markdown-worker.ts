import { type Clock, fault } from "@dispatch/kernel";

export const convertMsMax = 15_000;

export interface HtmlPage {
  readonly html: string;
  /** What its links are relative to. */
  readonly url: string;
}

export interface Converted {
  readonly markdown: string;
  readonly title: string;
  /** False when the end of the page was left out. */
  readonly isWhole: boolean;
}

/**
 * Turns pages into Markdown in a thread of their own, one after another: a page may take a second and a hundred megabytes, and one that is made to
 * take for ever is ended with its thread. Faults: `tool-fetch/tangled` (limited), `tool-fetch/cancelled`.
 */
export class MarkdownWorker {
  readonly #clock: Clock;
  #last: Promise<unknown> = Promise.resolve();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  convert(page: HtmlPage, signal: AbortSignal): Promise<Converted> {
    const { promise, resolve, reject } = Promise.withResolvers<Converted>();
    const stop = () => reject(cancelled());
    signal.addEventListener("abort", stop, { once: true });
    if (signal.aborted) stop();
    this.#last = this.#last
      .then(() => this.#convertNow(page, signal))
      .then(resolve, reject)
      .finally(() => signal.removeEventListener("abort", stop));
    return promise;
  }

  async #convertNow(page: HtmlPage, signal: AbortSignal): Promise<Converted> {
    if (signal.aborted) throw cancelled();
    const worker = new Worker(new URL("./markdown.worker.ts", import.meta.url));
    const { promise, resolve, reject } = Promise.withResolvers<Converted>();
    const end = new AbortController();
    const stop = () => reject(cancelled());
    signal.addEventListener("abort", stop, { once: true });
    worker.addEventListener("message", (event: MessageEvent<Converted>) => resolve(event.data));
    worker.addEventListener("error", (event) => reject(tangled(event.message)));
    void this.#clock.sleep(convertMsMax, end.signal).then(() => reject(tangled(`more than ${convertMsMax / 1_000} s`)));
    worker.postMessage(page);
    try {
      return await promise;
    } finally {
      end.abort();
      signal.removeEventListener("abort", stop);
      worker.terminate();
    }
  }
}

const tangled = (why: string) =>
  fault("limited", "tool-fetch/tangled", "The page is built in a way that cannot be turned into Markdown. Try another page.", {
    cause: new Error(why),
  });
const cancelled = () => fault("cancelled", "tool-fetch/cancelled", "The fetch was stopped.");
