import type { LogEntry } from "@dispatch/conversation-store/contract";
import { type Exported, messagesOf, speakers } from "./exported.ts";

/**
 * One page that needs nothing else and asks nobody for anything: no script, no link that loads by itself, and a policy that forbids both. Everything that was
 * said is text.
 */
export function asHtml({ record, entries, images }: Exported): string {
  const messages = messagesOf(entries).map((message) => {
    const [first] = message;
    const who = first.covers === undefined ? speakers[first.role] : `Summary of everything up to ${first.covers}`;
    return `<section class="${first.role}"><h2>${escaped(who)}</h2>${message.map((entry) => chunkHtml(entry, images)).join("")}</section>`;
  });
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; style-src 'unsafe-inline'; form-action 'none'; base-uri 'none'">
<meta name="referrer" content="no-referrer"><meta name="viewport" content="width=device-width">
<title>${escaped(record.title)}</title>
<style>${style}</style></head><body>
<h1>${escaped(record.title)}</h1>
<p>Conversation <code>${escaped(record.id)}</code>, ${escaped(record.status)}.</p>
${messages.join("\n")}
</body></html>
`;
}

function chunkHtml({ chunk }: LogEntry, images: Exported["images"]): string {
  switch (chunk.type) {
    case "text":
    case "system":
      return `<p>${escaped(chunk.text)}</p>`;
    case "thinking":
      return `<details><summary>Thinking</summary><p>${escaped(chunk.text)}</p></details>`;
    case "tool-call":
      return `<details open><summary>Calls <code>${escaped(chunk.toolName)}</code></summary><pre>${escaped(JSON.stringify(chunk.input, null, 2))}</pre></details>`;
    case "tool-result":
      return `<details><summary>${chunk.isError ? "Failure" : "Result"} of <code>${escaped(chunk.toolName)}</code></summary><pre>${escaped(chunk.content)}</pre></details>`;
    case "error":
      return `<p class="error">${escaped(chunk.message)}</p>`;
    case "image":
      return imageHtml(chunk.url, images);
  }
}

/** What could not be put in is named; a page of the web is a link that a person may follow. */
function imageHtml(url: string, images: Exported["images"]): string {
  const image = images.get(url);
  if (image !== undefined) return `<img alt="image" src="data:${escaped(image.mimeType)};base64,${image.base64}">`;
  return /^https?:\/\//i.test(url)
    ? `<p>Image: <a href="${escaped(url)}">${escaped(url)}</a></p>`
    : `<p>Image: ${escaped(url.slice(0, 200))}</p>`;
}

const escapes: { readonly [character: string]: string } = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };
const escaped = (text: string): string => text.replace(/[&<>"']/g, (character) => escapes[character] ?? "");

const style =
  "body{max-width:50rem;margin:2rem auto;padding:0 1rem;font:1rem/1.5 system-ui,sans-serif}p,pre{white-space:pre-wrap;overflow-wrap:anywhere}" +
  "section{border-left:.25rem solid #ccc;padding-left:1rem;margin:1.5rem 0}.user{border-color:#36c}.error{color:#b00}h2{font-size:1rem;margin:0}" +
  "pre{background:#f4f4f4;padding:.5rem}img{max-width:100%}";
