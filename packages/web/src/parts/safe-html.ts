import DOMPurify from "dompurify";
import { Marked, type Token } from "marked";

/**
 * Markdown of a stranger as HTML. Two walls: tags that stand in the text are shown as text, and what Markdown itself makes is let through by a
 * list. Nothing in it can load anything: images are links.
 */
export function htmlOf(token: Token): string | undefined {
  try {
    return DOMPurify.sanitize(markdown.parser([token]), allowed);
  } catch {
    // Nested deeper than the stack: it is shown as it was written.
    return undefined;
  }
}

const allowed = {
  ALLOWED_TAGS: [
    ..."p br hr h1 h2 h3 h4 h5 h6 strong em del code pre a ul ol li blockquote table thead tbody tr th td div span".split(" "),
  ],
  ALLOWED_ATTR: ["href", "title", "target", "rel", "align", "start", "class", "tabindex", "role", "aria-label"],
  ALLOWED_URI_REGEXP: /^(?:https?:|mailto:)/i,
  ALLOW_DATA_ATTR: false,
  ALLOW_ARIA_ATTR: false,
};

const escapes: { readonly [character: string]: string } = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };
export const escaped = (text: string): string => text.replace(/[&<>"']/g, (character) => escapes[character] ?? "");

const isWebAddress = (href: string): boolean => /^(?:https?:|mailto:)/i.test(href.trim());
const linkTo = (href: string, title: string | null | undefined, inner: string): string =>
  isWebAddress(href)
    ? `<a href="${escaped(href.trim())}" target="_blank" rel="noopener noreferrer nofollow" title="${escaped(title ?? href)}">${inner}</a>`
    : `<span>${inner}</span>`;

const markdown = new Marked({
  gfm: true,
  renderer: {
    html: ({ text }) => escaped(text),
    listitem({ task, tokens }) {
      return `<li${task ? ' class="task"' : ""}>${this.parser.parse(tokens)}</li>`;
    },
    checkbox: ({ checked }) => (checked ? "☑ " : "☐ "),
    image: ({ href, title, text }) => linkTo(href, title, `🖼 ${escaped(text === "" ? href.slice(0, 80) : text)}`),
    link({ href, title, tokens }) {
      return linkTo(href, title, this.parser.parseInline(tokens));
    },
    table(token) {
      const row = (cells: typeof token.header, tag: "th" | "td"): string =>
        `<tr>${cells.map(({ tokens, align }) => `<${tag}${align === null ? "" : ` align="${align}"`}>${this.parser.parseInline(tokens)}</${tag}>`).join("")}</tr>`;
      const body = token.rows.map((cells) => row(cells, "td")).join("");
      return `<div class="table-scroll" tabindex="0" role="group" aria-label="Table"><table><thead>${row(token.header, "th")}</thead><tbody>${body}</tbody></table></div>`;
    },
  },
});
