import { Parser } from "htmlparser2";
import { SimpleMarkup } from "./simple-markup.ts";

export const markupCharactersMax = 1_000_000;
const sliceCharacters = 64 * 1_024;
const titleCharactersMax = 1_000;

export interface SimpleHtml {
  readonly html: string;
  readonly title: string;
  /** False when what came behind was left out. */
  readonly isWhole: boolean;
}

/**
 * The part of a page that has a form in Markdown, well nested and at most `markupCharactersMax` long: no scripts, no styles, nothing hidden, no menus,
 * links whole. What converts it afterwards takes time and memory by its size and its depth.
 */
export function simplifyHtml(html: string, url: string): SimpleHtml {
  const markup = new SimpleMarkup(url, markupCharactersMax);
  let title: string | undefined;
  let inTitle = false;
  const parser = new Parser({
    onopentag(name, attributes) {
      inTitle = name === "title" && title === undefined;
      if (inTitle) title = "";
      markup.open(name, attributes);
    },
    ontext(text) {
      if (inTitle && title !== undefined && title.length < titleCharactersMax) title += text;
      markup.text(text);
    },
    onclosetag() {
      inTitle = false;
      markup.close();
    },
  });
  for (let at = 0; at < html.length && !markup.isFull; at += sliceCharacters) parser.write(html.slice(at, at + sliceCharacters));
  parser.end();
  return { html: markup.end(), title: (title ?? "").slice(0, titleCharactersMax).replace(/\s+/g, " ").trim(), isWhole: !markup.isFull };
}
