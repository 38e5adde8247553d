import { lexer, type Token } from "marked";
import { isHostile } from "./hostile-text.ts";
import { htmlOf } from "./safe-html.ts";

/** A part of a Markdown text that is shown by itself. One that is settled stays the very same object while the text grows. */
export type Block =
  | { readonly id: number; readonly kind: "html"; readonly html: string }
  | { readonly id: number; readonly kind: "code"; readonly code: string; readonly language: string; readonly open: boolean }
  /** Shown letter by letter: to read it as Markdown would take too long or nest too deep. */
  | { readonly id: number; readonly kind: "plain"; readonly text: string };

/** Reads a text that only grows: each time, from the last settled block on. */
export class BlockReader {
  #settled: Block[] = [];
  #prefix = "";

  /** `live`: more may come, so the last block is not settled. */
  read(given: string, live: boolean): readonly Block[] {
    const text = given.replaceAll("\r\n", "\n");
    if (!text.startsWith(this.#prefix)) this.#forget();
    const rest = text.slice(this.#prefix.length);
    const tokens = isHostile(rest) ? undefined : tokensOf(rest);
    if (tokens === undefined) return [...this.#settled, { id: this.#settled.length, kind: "plain", text: rest }];
    const last = tokens.findLastIndex(({ type }) => type !== "space");
    const settling = live ? tokens.slice(0, Math.max(0, last)) : tokens;
    for (const token of settling) {
      this.#prefix += token.raw;
      if (token.type !== "space") this.#settled.push(blockOf(token, this.#settled.length, false));
    }
    const growing = live ? tokens[last] : undefined;
    return growing === undefined ? [...this.#settled] : [...this.#settled, blockOf(growing, this.#settled.length, true)];
  }

  #forget(): void {
    this.#settled = [];
    this.#prefix = "";
  }
}

function tokensOf(text: string): readonly Token[] | undefined {
  try {
    return lexer(text);
  } catch {
    return undefined;
  }
}

function blockOf(token: Token, id: number, open: boolean): Block {
  if (token.type === "code") {
    const language = /^[\w+#.-]{1,30}/.exec(token.lang ?? "")?.[0].toLowerCase() ?? "";
    return { id, kind: "code", code: token.text, language, open };
  }
  const html = htmlOf(token);
  return html === undefined ? { id, kind: "plain", text: token.raw } : { id, kind: "html", html };
}
