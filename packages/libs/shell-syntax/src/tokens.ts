import { type Cursor, Doubt } from "./cursor.ts";
import type { Redirect, Word } from "./script.ts";
import { endsWord, readWord, type Substitutions } from "./words.ts";

export interface Nested extends Substitutions {
  /** What a here-document holds whose end mark is not quoted. */
  expanded(text: string): void;
}

const closingWords = ["then", "do", "else", "elif", "fi", "done", "esac", "in", "}"] as const;
/** Words that mean something in some shells alone. */
const doubtfulWords = ["[[", "]]", "function", "select", "coproc"] as const;
const reservedWords: readonly string[] = ["if", "while", "until", "for", "case", "{", "!", ...closingWords, ...doubtfulWords];
const reservedCharsMax = Math.max(...reservedWords.map(({ length }) => length));

/** Words, redirections and the ends of lines. Behind a line's end stand the here-documents that it asked for. */
export class Tokens {
  readonly #cursor: Cursor;
  readonly #inner: Nested;
  #hereTexts: Redirect[] = [];

  constructor(cursor: Cursor, inner: Nested) {
    this.#cursor = cursor;
    this.#inner = inner;
  }

  noHereText(): void {
    if (this.#hereTexts.length > 0) throw new Doubt("a here-document that does not begin where it should");
  }

  redirect(): Redirect | undefined {
    const from = this.#cursor.at;
    let descriptor = "";
    while (/\d/.test(this.#cursor.peek())) descriptor += this.#cursor.next();
    if (!"<>".includes(this.#cursor.peek()) || this.#cursor.isAtEnd) {
      this.#cursor.at = from;
      return undefined;
    }
    const operator = ([">>", ">|", ">&", ">", "<<-", "<<", "<>", "<&", "<"] as const).find((known) => this.#cursor.take(known)) ?? "<";
    if ("<>(&|".includes(this.#cursor.peek()) && !this.#cursor.isAtEnd)
      throw new Doubt(`${operator}${this.#cursor.peek()}, which shells read in different ways`);
    this.skipBlanks();
    const target = this.someWord();
    if (operator.endsWith("&") && !/^(\d+|-)$/.test(target.raw)) throw new Doubt(`${operator}, which shells read in different ways`);
    const redirect = { operator, descriptor, target };
    if (operator.startsWith("<<")) this.#hereTexts.push(redirect);
    return redirect;
  }

  #readHereTexts(): void {
    const waiting = this.#hereTexts;
    this.#hereTexts = [];
    for (const { operator, target } of waiting) {
      const isQuoted = /['"\\]/.test(target.raw);
      if (/[$`]/.test(target.raw) || (target.text === undefined && isQuoted)) throw new Doubt("a here-document whose end is not plain");
      const mark = target.text ?? target.raw;
      const lines: string[] = [];
      for (;;) {
        const line = this.#cursor.rawLine();
        if (line === undefined) throw new Doubt(`no ${mark} at the end of a here-document`);
        const shown = operator === "<<-" ? line.replace(/^\t+/, "") : line;
        if (shown === mark) break;
        if (!isQuoted && line.endsWith("\\")) throw new Doubt("joined lines in a here-document");
        lines.push(shown);
      }
      if (!isQuoted) this.#inner.expanded(lines.join("\n"));
    }
  }

  word(): Word {
    const word = readWord(this.#cursor, this.#inner);
    if (/^\{\w+\}$/.test(word.raw) && "<>".includes(this.#cursor.peek()) && !this.#cursor.isAtEnd) throw new Doubt("a named descriptor");
    return word;
  }

  someWord(): Word {
    if (endsWord(this.#cursor.peek())) throw new Doubt("a word is missing");
    return this.word();
  }

  /** The reserved word that is next, which is not passed. */
  reserved(): string | undefined {
    const from = this.#cursor.at;
    let word = "";
    while (!endsWord(this.#cursor.peek()) && word.length <= reservedCharsMax) word += this.#cursor.next();
    this.#cursor.at = from;
    return reservedWords.includes(word) ? word : undefined;
  }

  keyword(word: string): void {
    if (this.reserved() !== word) throw new Doubt(`no ${word}`);
    this.word();
  }

  expect(mark: string): void {
    if (!this.#cursor.take(mark)) throw new Doubt(`no ${mark}`);
  }

  isNext(text: string): boolean {
    const from = this.#cursor.at;
    const is = this.#cursor.take(text);
    this.#cursor.at = from;
    return is;
  }

  skipBlanks(): void {
    while (" \t".includes(this.#cursor.peek()) && !this.#cursor.isAtEnd) this.#cursor.next();
    if (this.#cursor.peek() === "#") this.#cursor.skipComment();
  }

  /** Comments and empty lines too. */
  skipLines(): void {
    for (;;) {
      this.skipBlanks();
      if (this.#cursor.peek() !== "\n") return;
      this.#cursor.next();
      this.#readHereTexts();
    }
  }
}
