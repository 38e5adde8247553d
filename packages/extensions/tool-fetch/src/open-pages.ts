import { egressGuard } from "@dispatch/egress-guard";
import { Shelf } from "@dispatch/foreign-text";
import type { Clock } from "@dispatch/kernel";
import { fetchPage, type Page } from "./fetch-page.ts";
import { MarkdownWorker } from "./markdown-worker.ts";
import type { Pages } from "./web-fetch.ts";

export function openPages(clock: Clock, allow: readonly string[]): Pages {
  const guard = egressGuard({ clock, allow });
  const worker = new MarkdownWorker(clock);
  const shelf = new Shelf<Page>(clock);
  const fetch: Pages["fetch"] = async (url, signal) => {
    const page = await fetchPage(url, guard, worker, signal);
    shelf.put(url, page);
    return page;
  };
  return { fetch, again: async (url, signal) => shelf.get(url) ?? fetch(url, signal) };
}
