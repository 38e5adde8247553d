import { codeLanguage, imageText, isHidden, linkTarget, type TagAttributes } from "./tag-attributes.ts";

/** Left out with all that they hold: what is no text for a reader, and menus. */
const leftOut = names(
  "script style template title svg iframe object embed applet canvas audio video map select datalist button nav dialog frameset",
);
const inline = names("b strong i em del s code");
const blocks = names("h1 h2 h3 h4 h5 h6 p div ul ol li blockquote table thead tbody tfoot tr th td dl dt dd");
/** Blocks that Markdown has no form for: all that is left of them is that they end the line. */
const plainBlocks = names(
  "article section main header footer aside figure figcaption details summary address form fieldset legend center hgroup caption",
);
const indenting = names("ul ol blockquote");

/** Deeper than any page that people write. Text below is kept, its form is not. */
const depthMax = 60;
/** Each level moves every line in, so that a deep list would grow with the square of its depth. */
const indentMax = 10;

/** A tag that is open: what stands in the result for its end, and what it means for what it holds. */
interface Open {
  readonly end: string;
  readonly depth: number;
  readonly indent: number;
  readonly within?: "left-out" | "pre" | "link";
}
const top: Open = { end: "", depth: 0, indent: 0 };

/** Writes simple HTML as the events of a parser come in, which must be well nested. */
export class SimpleMarkup {
  readonly #charactersMax: number;
  readonly #pieces: string[] = [];
  readonly #open: Open[] = [];
  #base: string;
  #characters = 0;
  /** The beginning of a `pre` that waits for what stands first in it: a `code` names its language. */
  #waitingPre: string | undefined;

  constructor(url: string, charactersMax: number) {
    this.#base = url;
    this.#charactersMax = charactersMax;
  }

  get isFull(): boolean {
    return this.#characters > this.#charactersMax;
  }

  open(name: string, attributes: TagAttributes): void {
    if (name === "base") this.#base = linkTarget(attributes.href, this.#base) ?? this.#base;
    this.#open.push(this.#opened(name, attributes, this.#open.at(-1) ?? top));
  }

  text(text: string): void {
    if (this.#open.at(-1)?.within !== "left-out") this.#write(escaped(text));
  }

  close(): void {
    const tag = this.#open.pop();
    if (tag !== undefined && tag.end !== "") this.#write(tag.end);
  }

  /** The whole, with every tag closed. */
  end(): string {
    while (this.#open.length > 0) this.close();
    return this.#pieces.join("");
  }

  #opened(name: string, attributes: TagAttributes, parent: Open): Open {
    if (parent.within === "left-out" || leftOut.has(name) || isHidden(attributes)) return { ...parent, end: "", within: "left-out" };
    if (parent.within === "pre") return this.#openedInPre(name, attributes, parent);
    if (name === "br" || name === "hr") return this.#start(`<${name}>`, "", parent);
    if (name === "img") return this.#start(imageText(attributes), "", parent);
    const isBlock = blocks.has(name) || plainBlocks.has(name) || name === "pre";
    if (isBlock && (parent.within === "link" || parent.depth >= depthMax)) return this.#start(" ", " ", parent);
    if (parent.depth >= depthMax) return { ...parent, end: "" };
    if (name === "pre") return this.#openedPre(attributes, parent);
    if (name === "a") return this.#openedLink(attributes, parent);
    if (plainBlocks.has(name)) return this.#start("<div>", "</div>", deeper(parent));
    if (!isBlock && !inline.has(name)) return { ...parent, end: "" };
    if (!indenting.has(name)) return this.#start(`<${name}>`, `</${name}>`, deeper(parent));
    if (parent.indent >= indentMax) return this.#start(" ", " ", parent);
    const first = name === "ol" && /^\d{1,9}$/.test(attributes.start ?? "") ? ` start="${attributes.start}"` : "";
    return this.#start(`<${name}${first}>`, `</${name}>`, { ...deeper(parent), indent: parent.indent + 1 });
  }

  #openedPre(attributes: TagAttributes, parent: Open): Open {
    this.#waitingPre = `<pre><code${codeLanguage(attributes)}>`;
    return { ...deeper(parent), end: "</code></pre>", within: "pre" };
  }

  #openedInPre(name: string, attributes: TagAttributes, parent: Open): Open {
    const language = name === "code" ? codeLanguage(attributes) : "";
    if (this.#waitingPre !== undefined && language !== "") this.#waitingPre = `<pre><code${language}>`;
    if (name === "br") this.#write("\n");
    return { ...parent, end: name === "div" || name === "p" ? "\n" : "" };
  }

  #openedLink(attributes: TagAttributes, parent: Open): Open {
    const target = parent.within === "link" ? undefined : linkTarget(attributes.href, this.#base);
    if (target === undefined) return { ...parent, end: "" };
    return this.#start(`<a href="${escaped(target)}">`, "</a>", { ...deeper(parent), within: "link" });
  }

  #start(written: string, end: string, tag: Open): Open {
    this.#write(written);
    return { ...tag, end };
  }

  #write(markup: string): void {
    if (markup === "") return;
    if (this.#waitingPre !== undefined) this.#pieces.push(this.#waitingPre);
    this.#waitingPre = undefined;
    this.#pieces.push(markup);
    this.#characters += markup.length;
  }
}

const deeper = (parent: Open): Open => ({ ...parent, depth: parent.depth + 1 });
const escaped = (text: string): string => text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);

function names(list: string): ReadonlySet<string> {
  return new Set(list.split(" "));
}
