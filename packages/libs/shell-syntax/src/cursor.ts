/** The text cannot be read for certain. Never leaves this library. */
export class Doubt extends Error {}

/** A place in a text. A backslash before a line's end joins the lines, but where text is taken as it stands. */
export class Cursor {
  readonly #text: string;
  at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  get isAtEnd(): boolean {
    return this.peek() === "";
  }

  /** The next character, or nothing at the end. */
  peek(): string {
    while (this.#text[this.at] === "\\" && this.#text[this.at + 1] === "\n") this.at += 2;
    return this.#text[this.at] ?? "";
  }

  next(): string {
    const character = this.peek();
    this.at += character.length;
    return character;
  }

  /** Takes the text when it is next. */
  take(text: string): boolean {
    const from = this.at;
    for (const character of text) {
      if (this.next() === character) continue;
      this.at = from;
      return false;
    }
    return true;
  }

  /** The next character as it stands. */
  rawNext(): string {
    const character = this.#text[this.at] ?? "";
    this.at += character.length;
    return character;
  }

  /** Up to the mark as it stands, which is passed. */
  rawUntil(mark: string): string {
    const end = this.#text.indexOf(mark, this.at);
    if (end < 0) throw new Doubt(`no closing ${mark}`);
    const text = this.#text.slice(this.at, end);
    this.at = end + mark.length;
    return text;
  }

  /** The rest of the line as it stands; its end is passed. `undefined` at the end of the text. */
  rawLine(): string | undefined {
    if (this.at >= this.#text.length) return undefined;
    const end = this.#text.indexOf("\n", this.at);
    const line = this.#text.slice(this.at, end < 0 ? undefined : end);
    this.at = end < 0 ? this.#text.length : end + 1;
    return line;
  }

  skipComment(): void {
    const end = this.#text.indexOf("\n", this.at);
    this.at = end < 0 ? this.#text.length : end;
  }

  since(from: number): string {
    return this.#text.slice(from, this.at).replaceAll("\\\n", "");
  }
}
