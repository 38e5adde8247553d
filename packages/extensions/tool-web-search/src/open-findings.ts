import { egressGuard, type GuardOptions } from "@dispatch/egress-guard";
import { Shelf } from "@dispatch/foreign-text";
import type { CrawlPorts } from "./crawl-site.ts";
import { type Finding, find, type Quest } from "./findings.ts";
import type { Access, Firecrawl } from "./firecrawl.ts";
import { firecrawlClient } from "./firecrawl-client.ts";
import { firecrawlFault } from "./firecrawl-fault.ts";
import type { Findings } from "./web-search.ts";

const checkMsMax = 10_000;

export interface FindingsOptions extends Omit<CrawlPorts, "firecrawl"> {
  readonly access: Access;
  readonly allow: readonly string[];
  /** As the system does, unless a test says otherwise. */
  readonly resolve?: NonNullable<GuardOptions["resolve"]>;
}

/** Firecrawl may stand in our own network: what a model may not fetch itself, it may not have fetched either. */
export function openFindings({ access, allow, clock, background, ...given }: FindingsOptions): Findings {
  const guard = egressGuard({ clock, allow, ...given });
  const shelf = new Shelf<Finding>(clock);
  const ports = { clock, background, firecrawl: withFaults(firecrawlClient(access), access) };
  const ask: Findings["find"] = async (quest, signal) => {
    const checked = "url" in quest ? { ...quest, url: await guard.check(quest.url, { signal, timeoutMs: checkMsMax }) } : quest;
    const finding = await find(checked, ports, signal);
    shelf.put(keyOf(quest), finding);
    return finding;
  };
  return { find: ask, again: async (quest, signal) => shelf.get(keyOf(quest)) ?? ask(quest, signal) };
}

const keyOf = (quest: Quest): string => JSON.stringify(quest);

function withFaults(firecrawl: Firecrawl, access: Access): Firecrawl {
  const faulty = <T>(asked: Promise<T>): Promise<T> =>
    asked.catch((thrown: unknown) => {
      throw firecrawlFault(thrown, access);
    });
  return {
    search: (...asked) => faulty(firecrawl.search(...asked)),
    scrape: (...asked) => faulty(firecrawl.scrape(...asked)),
    map: (...asked) => faulty(firecrawl.map(...asked)),
    startCrawl: (...asked) => faulty(firecrawl.startCrawl(...asked)),
    crawlStatus: (...asked) => faulty(firecrawl.crawlStatus(...asked)),
    cancelCrawl: (...asked) => faulty(firecrawl.cancelCrawl(...asked)),
  };
}
