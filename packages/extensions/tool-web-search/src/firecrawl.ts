/** What is asked of Firecrawl. Each answer is what the server sent, unchecked. Rejects with what went wrong on the way, or soon after the signal aborts. */
export interface Firecrawl {
  search(query: string, limit: number, signal: AbortSignal): Promise<unknown>;
  scrape(url: string, signal: AbortSignal): Promise<unknown>;
  map(url: string, options: { readonly search?: string; readonly limit: number }, signal: AbortSignal): Promise<unknown>;
  /** Has no signal: whoever leaves it behind has a crawl to cancel when it answers. */
  startCrawl(url: string, limit: number): Promise<unknown>;
  crawlStatus(id: string, signal: AbortSignal): Promise<unknown>;
  cancelCrawl(id: string): Promise<unknown>;
}

export interface Access {
  readonly apiKey: string;
  readonly apiUrl: string;
}
