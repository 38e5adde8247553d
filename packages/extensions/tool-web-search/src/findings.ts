import { Deadline } from "@dispatch/deadline";
import { oneLine, plainText } from "@dispatch/foreign-text";
import { type Clock, Fault, fault } from "@dispatch/kernel";
import {
  addressOf,
  type CrawlAnswer,
  linkText,
  mapAnswer,
  pageAnswer,
  type ReadPage,
  readAnswer,
  searchAnswer,
  titleOf,
  troubleOf,
} from "./answers.ts";
import { type CrawlPorts, crawlSite } from "./crawl-site.ts";

export const requestMsMax = 90_000;
const shownUrlCharactersMax = 1_000;
const titleCharactersMax = 300;

/** One thing that is asked for. */
export type Quest =
  | { readonly action: "search"; readonly query: string; readonly limit: number }
  | { readonly action: "scrape"; readonly url: string }
  | { readonly action: "map"; readonly url: string; readonly query?: string; readonly limit: number }
  | { readonly action: "crawl"; readonly url: string; readonly limit: number };

export interface Finding {
  readonly source: string;
  readonly text: string;
  /** Lines of ours above the text. */
  readonly about: readonly string[];
  /** Results, pages or URLs. */
  readonly count: number;
}

/** Faults: those of `firecrawl-fault.ts` and `crawl-site.ts`; `tool-web-search/too-slow` (unavailable), `tool-web-search/cancelled`. */
export async function find(quest: Quest, ports: CrawlPorts, signal: AbortSignal): Promise<Finding> {
  const { firecrawl, clock } = ports;
  switch (quest.action) {
    case "search": {
      const answer = await within(clock, signal, (signal) => firecrawl.search(quest.query, quest.limit, signal));
      const results = (readAnswer(searchAnswer, answer).web ?? []).slice(0, quest.limit);
      return listed(
        `a web search for ${JSON.stringify(oneLine(quest.query, titleCharactersMax))}`,
        results.map(linkText),
        "Nothing was found. Try other words.",
      );
    }
    case "map": {
      const options = { limit: quest.limit, ...(quest.query !== undefined && { search: quest.query }) };
      const answer = await within(clock, signal, (signal) => firecrawl.map(quest.url, options, signal));
      const links = readAnswer(mapAnswer, answer).links.slice(0, quest.limit);
      const lines = links.map(({ url, title }) =>
        [oneLine(url, 2_000), oneLine(title ?? "", titleCharactersMax)].filter((part) => part !== "").join("  "),
      );
      return listed(`the list of URLs of ${shown(quest.url)}`, lines, "No URLs were found. Try the site's first page, or search.");
    }
    case "scrape": {
      const answer = await within(clock, signal, (signal) => firecrawl.scrape(quest.url, signal));
      return ofPage(readAnswer(pageAnswer, answer), quest.url);
    }
    case "crawl":
      return ofCrawl(await crawlSite({ url: quest.url, pagesMax: quest.limit }, ports, signal), quest.url, quest.limit);
  }
}

async function within<T>(clock: Clock, caller: AbortSignal, ask: (signal: AbortSignal) => Promise<T>): Promise<T> {
  using deadline = new Deadline(clock, requestMsMax, caller);
  try {
    return await deadline.within(ask(deadline.signal));
  } catch (thrown) {
    if (deadline.ending === "caller") throw fault("cancelled", "tool-web-search/cancelled", "The request was stopped.", { cause: thrown });
    if (deadline.ending === undefined || Fault.is(thrown)) throw thrown;
    const message = `Firecrawl did not answer within ${requestMsMax / 1_000} s. Try again later, or ask for less.`;
    throw fault("unavailable", "tool-web-search/too-slow", message, { cause: thrown });
  }
}

const shown = (url: string): string => oneLine(url, shownUrlCharactersMax);

function listed(source: string, lines: readonly string[], whenNone: string): Finding {
  return { source, text: plainText(lines.join("\n")), about: lines.length === 0 ? [whenNone] : [], count: lines.length };
}

function ofPage(page: ReadPage, url: string): Finding {
  const [title, trouble] = [oneLine(titleOf(page), titleCharactersMax), troubleOf(page)];
  const text = plainText(page.markdown ?? "");
  const about = [
    ...(title === "" ? [] : [`Its title, which is data too: ${title}`]),
    ...(trouble === undefined ? [] : [`It may be no more than an error page: ${trouble}.`]),
    ...(text.trim() === "" ? ["It holds no text."] : []),
  ];
  return { source: shown(addressOf(page) ?? url), text, about, count: 1 };
}

function ofCrawl({ status, data, completed, total, next }: CrawlAnswer, url: string, limit: number): Finding {
  const pages = data.slice(0, limit).map((page) => `# ${shown(addressOf(page) ?? "?")}\n\n${(page.markdown ?? "").trim()}`);
  const isWhole = status === "completed" && (next ?? null) === null && data.length <= limit;
  const about = isWhole ? [] : [`The crawl did not come to its end (${status}, ${completed} of ${total} pages). What it found until then:`];
  return {
    source: `${pages.length} pages of ${shown(url)}, each under its URL`,
    text: plainText(pages.join("\n\n")),
    about,
    count: pages.length,
  };
}
