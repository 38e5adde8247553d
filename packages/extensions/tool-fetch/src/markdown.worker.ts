import { gfm } from "@joplin/turndown-plugin-gfm";
import TurndownService from "turndown";
import type { Converted, HtmlPage } from "./markdown-worker.ts";
import { simplifyHtml } from "./simplify-html.ts";

declare const self: { onmessage: (event: { readonly data: HtmlPage }) => void; postMessage(converted: Converted): void };

self.onmessage = ({ data }) => {
  const { html, title, isWhole } = simplifyHtml(data.html, data.url);
  self.postMessage({ markdown: toMarkdown(html), title, isWhole });
};

function toMarkdown(html: string): string {
  const service = new TurndownService({
    headingStyle: "atx",
    codeBlockStyle: "fenced",
    bulletListMarker: "-",
    emDelimiter: "*",
    hr: "---",
  });
  service.use(gfm);
  return service.turndown(html);
}
