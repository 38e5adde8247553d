import { Deadline } from "@dispatch/deadline";
import { type Clock, Fault, fault } from "@dispatch/kernel";
import { type CrawlAnswer, crawlAnswer, readAnswer, startedAnswer } from "./answers.ts";
import type { Firecrawl } from "./firecrawl.ts";

export const crawlMsMax = 240_000;
export const pollMs = 2_000;
const failuresMax = 3;

export interface CrawlOrder {
  readonly url: string;
  readonly pagesMax: number;
}

export interface CrawlPorts {
  /** Rejects with faults. */
  readonly firecrawl: Firecrawl;
  readonly clock: Clock;
  /** Work that nobody waits for. */
  readonly background: (work: () => Promise<unknown>) => void;
}

/**
 * What a crawl has found when it ends, or when its time is over. Whatever ends it before its own end, it is cancelled on the other side too: it costs credit.
 * Faults: those of the requests, `tool-web-search/crawl-failed` (unavailable).
 */
export async function crawlSite({ url, pagesMax }: CrawlOrder, ports: CrawlPorts, signal: AbortSignal): Promise<CrawlAnswer> {
  const { firecrawl, clock, background } = ports;
  using deadline = new Deadline(clock, crawlMsMax, signal);
  const starting = firecrawl.startCrawl(url, pagesMax).then((answer) => readAnswer(startedAnswer, answer).id);
  const cancel = () =>
    background(async () => {
      const started = await starting.catch(() => undefined);
      if (started !== undefined) await firecrawl.cancelCrawl(started);
    });
  const id = await deadline.within(starting).catch((thrown: unknown) => {
    if (deadline.ending !== undefined) cancel();
    throw deadline.ending === "caller" ? stopped() : thrown;
  });
  const crawl = new RunningCrawl(firecrawl, id);
  try {
    while (!deadline.signal.aborted && !(await crawl.look(deadline))) await clock.sleep(pollMs, deadline.signal);
  } finally {
    if (!crawl.isOver) cancel();
  }
  if (deadline.ending === "caller") throw stopped();
  return crawl.found;
}

class RunningCrawl {
  readonly #firecrawl: Firecrawl;
  readonly #id: string;
  #failures = 0;
  #found: CrawlAnswer | undefined;

  constructor(firecrawl: Firecrawl, id: string) {
    this.#firecrawl = firecrawl;
    this.#id = id;
  }

  get isOver(): boolean {
    return this.#found !== undefined && this.#found.status !== "scraping";
  }

  get found(): CrawlAnswer {
    if (this.#found !== undefined && (this.#found.status !== "failed" || this.#found.data.length > 0)) return this.#found;
    throw fault("unavailable", "tool-web-search/crawl-failed", "The crawl found nothing. Try map, or scrape with one of the site's pages.");
  }

  /** Whether it is over. A server that fails now and then is asked again. */
  async look(deadline: Deadline): Promise<boolean> {
    try {
      this.#found = readAnswer(crawlAnswer, await deadline.within(this.#firecrawl.crawlStatus(this.#id, deadline.signal)));
      this.#failures = 0;
    } catch (thrown) {
      const isOurEnd = deadline.ending !== undefined;
      this.#failures++;
      if (!isOurEnd && (this.#failures > failuresMax || !isPassing(thrown))) throw thrown;
    }
    return this.isOver;
  }
}

const stopped = () => fault("cancelled", "tool-web-search/cancelled", "The crawl was stopped.");
const isPassing = (thrown: unknown): boolean => Fault.is(thrown) && (thrown.kind === "unavailable" || thrown.kind === "limited");
