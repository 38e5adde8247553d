import { foreignText, oneLine } from "@dispatch/foreign-text";
import { defineTool, type Json, refuse, refuseFault, say, type Tool } from "@dispatch/kernel";
import { z } from "zod";
import type { Finding, Quest } from "./findings.ts";

const urlCharactersMax = 8_000;
const limits = {
  search: { usual: 8, max: 20 },
  map: { usual: 200, max: 1_000 },
  crawl: { usual: 10, max: 30 },
  scrape: { usual: 1, max: 1_000 },
} as const;

const input = z
  .strictObject({
    action: z
      .enum(["search", "scrape", "map", "crawl"])
      .default("search")
      .describe(
        "search: the web, by words. scrape: one page as Markdown, scripts run. map: the URLs of a site. crawl: the text of several pages of a site; slow and dear.",
      ),
    query: z.string().trim().min(1).max(1_000).optional().describe("What to search for. With map: words that the URLs should fit."),
    url: z
      .string()
      .trim()
      .min(1)
      .max(urlCharactersMax)
      .optional()
      .describe("The page or site for scrape, map and crawl: its whole URL, with https://."),
    limit: z
      .int()
      .min(1)
      .max(1_000)
      .optional()
      .describe("How many at most: results of a search (8, up to 20), URLs of a map (200, up to 1000), pages of a crawl (10, up to 30)."),
    offset: z
      .int()
      .min(0)
      .default(0)
      .describe("Character to begin at: what the part before said to go on with; give the same other fields. Default: the beginning."),
  })
  .superRefine(({ action, query, url }, context) => {
    if (action === "search" && query === undefined) context.addIssue({ code: "custom", path: ["query"], message: "a search needs it" });
    if (action !== "search" && url === undefined) context.addIssue({ code: "custom", path: ["url"], message: `${action} needs it` });
  });
type Input = z.infer<typeof input>;

const description = [
  "Search the web, read pages as a browser shows them, list a site's URLs, or read several of its pages.",
  "For a single page that needs no browser web_fetch is faster, where there is one.",
  "A long result comes in parts; each says with which offset to go on.",
].join(" ");

export interface Findings {
  /** As it is now. */
  find(quest: Quest, signal: AbortSignal): Promise<Finding>;
  /** As it was a moment ago, if it was asked then; else as it is now. */
  again(quest: Quest, signal: AbortSignal): Promise<Finding>;
}

export const webSearch = (open: () => Promise<Findings>): Tool =>
  defineTool<Input>({
    name: "web_search",
    description,
    input,
    effect: "read",
    timeoutMs: 300_000,
    async run(asked, { signal }) {
      const findings = await open();
      const quest = questOf(asked);
      const finding = await (asked.offset === 0 ? findings.find(quest, signal) : findings.again(quest, signal)).catch(refuseFault);
      return "content" in finding ? finding : resultOf(finding, asked);
    },
  });

/** The schema has seen to it that what an action needs is there. */
function questOf({ action, query = "", url = "", limit }: Input): Quest {
  const bounded = Math.min(limit ?? limits[action].usual, limits[action].max);
  switch (action) {
    case "search":
      return { action, query, limit: bounded };
    case "scrape":
      return { action, url };
    case "map":
      return { action, url, limit: bounded, ...(query !== "" && { query }) };
    case "crawl":
      return { action, url, limit: bounded };
  }
}

function resultOf({ source, text, about, count }: Finding, { action, offset }: Input) {
  const details: Json = { action, source: oneLine(source, 1_000), count, charactersTotal: text.length, offset };
  const shown = foreignText({ source, text, offset, about });
  return shown === undefined ? refuse(`That has ${text.length} characters. Give an offset below that.`, details) : say(shown, details);
}
