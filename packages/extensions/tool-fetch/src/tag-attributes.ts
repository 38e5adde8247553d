export type TagAttributes = { readonly [name: string]: string };

const targetCharactersMax = 2_000;
const altCharactersMax = 500;

/** Words that no reader of the page sees are a place to hide words for a model. */
export const isHidden = ({ hidden, style = "", "aria-hidden": aria }: TagAttributes): boolean =>
  hidden !== undefined || aria === "true" || /display\s*:\s*none|visibility\s*:\s*hidden/i.test(style);

/** Whole, so that it can be fetched; `undefined` for what leads to no other page. */
export function linkTarget(href: string | undefined, base: string): string | undefined {
  if (href === undefined || href.startsWith("#") || href.length > targetCharactersMax) return undefined;
  const url = URL.parse(href, base);
  return url !== null && /^(https?|mailto):$/.test(url.protocol) ? url.href : undefined;
}

/** What stands for an image: its description alone, for it cannot be seen from here. */
export function imageText({ alt = "" }: TagAttributes): string {
  const described = alt
    .replace(/[<>&\s]+/g, " ")
    .trim()
    .slice(0, altCharactersMax)
    .toWellFormed();
  return described === "" ? "" : ` (image: ${described}) `;
}

/** As an attribute for `code`. */
export function codeLanguage({ class: classes = "", "data-lang": lang = "" }: TagAttributes): string {
  const language = /\b(?:language|lang|highlight-source)-([\w+#.-]{1,30})/.exec(classes)?.[1] ?? /^[\w+#.-]{1,30}$/.exec(lang)?.[0];
  return language === undefined ? "" : ` class="language-${language}"`;
}
