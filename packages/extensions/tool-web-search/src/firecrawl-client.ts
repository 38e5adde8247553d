import { Firecrawl as Sdk } from "@mendable/firecrawl-js";
import axios from "axios";
import type { Access, Firecrawl } from "./firecrawl.ts";

const answerBytesMax = 20 * 1024 * 1024;
/** The tool's own limits are shorter; this one bounds what was left behind. */
const requestMsMax = 120_000;
const cancelMsMax = 15_000;

const markdown = { formats: ["markdown" as const], onlyMainContent: true };

const timeouts = { requestMs: requestMsMax, cancelMs: cancelMsMax };

/** Other timeouts are for tests. */
export function firecrawlClient(access: Access, { requestMs, cancelMs } = timeouts): Firecrawl {
  const sdk = (signal?: AbortSignal, timeoutMs = requestMs) => sdkFor(access, timeoutMs, signal);
  return {
    search: (query, limit, signal) => sdk(signal).search(query, { limit }),
    scrape: (url, signal) => sdk(signal).scrape(url, { ...markdown, autoResume: false }),
    map: (url, options, signal) => sdk(signal).map(url, options),
    startCrawl: (url, limit) => sdk().startCrawl(url, { limit, scrapeOptions: markdown }),
    crawlStatus: (id, signal) => sdk(signal).getCrawlStatus(id, { autoPaginate: false }),
    cancelCrawl: (id) => sdk(undefined, cancelMs).cancelCrawl(id),
  };
}

/**
 * The SDK takes no signal, and no bound on an answer. Its HTTP client takes both from the defaults that stand when it is made, so each call gets a client of its
 * own, made while they stand there; nothing else here uses that HTTP client.
 */
function sdkFor({ apiKey, apiUrl }: Access, timeoutMs: number, signal: AbortSignal | undefined): Sdk {
  const before = { ...axios.defaults };
  Object.assign(axios.defaults, { maxContentLength: answerBytesMax, maxRedirects: 0, ...(signal !== undefined && { signal }) });
  try {
    return new Sdk({ apiKey, apiUrl, timeoutMs, maxRetries: 1 });
  } finally {
    for (const name of ["maxContentLength", "maxRedirects", "signal"] as const) restore(before, name);
  }
}

function restore(before: Partial<typeof axios.defaults>, name: "maxContentLength" | "maxRedirects" | "signal"): void {
  if (before[name] === undefined) delete axios.defaults[name];
  else Object.assign(axios.defaults, { [name]: before[name] });
}
