import { foreignText, oneLine } from "@dispatch/foreign-text";
import { defineTool, type Json, refuse, refuseFault, say, type Tool } from "@dispatch/kernel";
import { z } from "zod";
import type { Page } from "./fetch-page.ts";

const urlCharactersMax = 8_000;
const shownUrlCharactersMax = 1_000;
const titleCharactersMax = 300;

const input = z.strictObject({
  url: z.string().min(1).max(urlCharactersMax).describe("The page's whole URL, with http:// or https://."),
  offset: z.int().min(0).default(0).describe("Character to begin at: what the page before said to go on with. Default: the beginning."),
});

const description = [
  "Fetch one page of the web and read it as Markdown; text and JSON come as they are.",
  "Only the public internet can be reached. Scripts are not run, and nothing is sent but the URL.",
  "A long page comes in parts; each says with which offset to go on.",
].join(" ");

export interface Pages {
  /** As it is now. */
  fetch(url: string, signal: AbortSignal): Promise<Page>;
  /** As it was a moment ago, if it was fetched then; else as it is now. */
  again(url: string, signal: AbortSignal): Promise<Page>;
}

export const webFetch = (open: () => Promise<Pages>): Tool =>
  defineTool<z.infer<typeof input>>({
    name: "web_fetch",
    description,
    input,
    effect: "read",
    timeoutMs: 90_000,
    async run({ url, offset }, { signal }) {
      const pages = await open();
      const page = await (offset === 0 ? pages.fetch(url, signal) : pages.again(url, signal)).catch(refuseFault);
      return "content" in page ? page : resultOf(page, offset);
    },
  });

function resultOf(page: Page, offset: number) {
  const { text, isWhole, mediaType } = page;
  const [source, title] = [oneLine(page.url, shownUrlCharactersMax), oneLine(page.title, titleCharactersMax)];
  const details: Json = { url: source, title, mediaType, charactersTotal: text.length, offset, isWhole };
  const about = title === "" ? [] : [`Its title, which is data too: ${title}`];
  const empty = text.trim() === "" ? ["It holds no text. It may be made by scripts, which are not run here."] : [];
  const shown = foreignText({ source, text, offset, about: [...about, ...empty], isWhole });
  return shown === undefined ? refuse(`${source} has ${text.length} characters. Give an offset below that.`, details) : say(shown, details);
}
