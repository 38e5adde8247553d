import { Cursor, Doubt } from "./cursor.ts";
import type { Redirect, Script, SimpleCommand, Word } from "./script.ts";
import { endsWord, readHereText, readWord, type Substitutions } from "./words.ts";

/** Of substitutions and groups within one another. */
export const scriptDepthMax = 40;
export const scriptCharsMax = 128 * 1024;

/**
 * Reads what a POSIX shell would. Total: never throws, and takes time in proportion to the text. What shells read in different ways, and what no shell
 * reads, is a doubt; the commands found until there are told all the same.
 */
export function parseScript(text: string): Script {
  const found: Found = { commands: [], doubt: undefined };
  if (text.length > scriptCharsMax) return { commands: [], doubt: `it is longer than ${scriptCharsMax} characters` };
  try {
    new Parser(new Cursor(text), found, 0).all();
  } catch (thrown) {
    if (!(thrown instanceof Doubt)) throw thrown;
    found.doubt ??= thrown.message;
  }
  return found.doubt === undefined ? { commands: found.commands } : { commands: found.commands, doubt: found.doubt };
}

interface Found {
  readonly commands: SimpleCommand[];
  doubt: string | undefined;
}

const closingWords = ["then", "do", "else", "elif", "fi", "done", "esac", "in", "}"] as const;
/** Words that mean something in some shells alone. */
const doubtfulWords = ["[[", "]]", "function", "select", "coproc"] as const;
const reservedWords: readonly string[] = ["if", "while", "until", "for", "case", "{", "!", ...closingWords, ...doubtfulWords];
const reservedCharsMax = Math.max(...reservedWords.map(({ length }) => length));

class Parser {
  readonly #cursor: Cursor;
  readonly #found: Found;
  readonly #inner: Substitutions;
  #depth: number;
  #hereTexts: Redirect[] = [];

  constructor(cursor: Cursor, found: Found, depth: number) {
    this.#cursor = cursor;
    this.#found = found;
    this.#depth = depth;
    this.#inner = {
      parenthesized: () => this.#within(() => this.#nested(cursor, (parser) => parser.#closed(")"))),
      deeper: (read) => this.#within(read),
      backquoted: (text) => this.#within(() => this.#nested(new Cursor(text), (parser) => parser.all())),
    };
  }

  all(): void {
    this.#list([]);
    if (!this.#cursor.isAtEnd) throw new Doubt(`${this.#cursor.peek()} where a command should be`);
    this.#noHereText();
  }

  #closed(mark: ")"): void {
    this.#list([]);
    this.#expect(mark);
    this.#noHereText();
  }

  /** What stands in a substitution has here-documents of its own. */
  #nested(cursor: Cursor, read: (parser: Parser) => void): void {
    this.#noHereText();
    read(new Parser(cursor, this.#found, this.#depth));
  }

  #noHereText(): void {
    if (this.#hereTexts.length > 0) throw new Doubt("a here-document that does not begin where it should");
  }

  #within(read: () => void): void {
    if (++this.#depth > scriptDepthMax) throw new Doubt(`more than ${scriptDepthMax} things within one another`);
    read();
    this.#depth--;
  }

  /** Commands up to the end, a closing parenthesis, `;;`, or one of those words. */
  #list(stops: readonly string[]): void {
    for (;;) {
      this.#skipLines();
      const next = this.#cursor.peek();
      if (next === "" || next === ")" || stops.includes(this.#reserved() ?? "")) return;
      if (stops.includes(";;") && this.#isNext(";;")) return;
      this.#andOr();
      this.#skipBlanks();
      if (stops.includes(";;") && this.#isNext(";;")) return;
      const end = this.#cursor.peek();
      if (end === ";" || end === "&") this.#separator();
      else if (end !== "\n" && end !== "" && end !== ")") throw new Doubt(`${end} where a command should end`);
    }
  }

  #separator(): void {
    const mark = this.#cursor.next();
    if (";&".includes(this.#cursor.peek()) && !this.#cursor.isAtEnd)
      throw new Doubt(`${mark}${this.#cursor.peek()} where a command should be`);
    if (mark === "&" && this.#cursor.peek() === ">") throw new Doubt("&>, which shells read in different ways");
  }

  #andOr(): void {
    for (;;) {
      this.#pipeline();
      this.#skipBlanks();
      if (!this.#cursor.take("&&") && !this.#cursor.take("||")) return;
      this.#skipLines();
    }
  }

  #pipeline(): void {
    this.#skipBlanks();
    if (this.#reserved() === "!") {
      this.#word();
      this.#skipBlanks();
    }
    for (;;) {
      this.#command();
      this.#skipBlanks();
      if (this.#cursor.peek() !== "|" || this.#isNext("||")) return;
      this.#cursor.next();
      if (this.#cursor.peek() === "&") throw new Doubt("|&, which shells read in different ways");
      this.#skipLines();
    }
  }

  #command(): void {
    this.#skipBlanks();
    if (this.#cursor.peek() === "(") {
      this.#cursor.next();
      if (this.#cursor.peek() === "(") throw new Doubt("((, which shells read in different ways");
      this.#within(() => this.#list([]));
      this.#expect(")");
      this.#redirectsOfGroup();
      return;
    }
    const word = this.#reserved();
    if (word === undefined) {
      this.#simple();
      return;
    }
    this.#word();
    this.#within(() => this.#compound(word));
    this.#redirectsOfGroup();
  }

  #compound(word: string): void {
    switch (word) {
      case "{":
        this.#list(["}"]);
        this.#keyword("}");
        return;
      case "if":
        this.#if();
        return;
      case "while":
      case "until":
        this.#list(["do"]);
        this.#doGroup();
        return;
      case "for":
        this.#for();
        return;
      case "case":
        this.#case();
        return;
      default:
        throw new Doubt(`${word} where a command should be`);
    }
  }

  #if(): void {
    for (;;) {
      this.#list(["then"]);
      this.#keyword("then");
      this.#list(["elif", "else", "fi"]);
      if (this.#reserved() !== "elif") break;
      this.#word();
    }
    if (this.#reserved() === "else") {
      this.#word();
      this.#list(["fi"]);
    }
    this.#keyword("fi");
  }

  #doGroup(): void {
    this.#keyword("do");
    this.#list(["done"]);
    this.#keyword("done");
  }

  #for(): void {
    this.#skipBlanks();
    const variable = this.#word();
    if (!/^[A-Za-z_]\w*$/.test(variable.raw)) throw new Doubt("a loop without a variable");
    this.#found.commands.push({ assignments: [{ raw: `${variable.raw}=`, text: undefined }], words: [], redirects: [] });
    this.#skipLines();
    if (this.#reserved() === "in") {
      this.#word();
      for (this.#skipBlanks(); !endsWord(this.#cursor.peek()); this.#skipBlanks()) this.#word();
      if (!";\n".includes(this.#cursor.peek()) || this.#cursor.isAtEnd) throw new Doubt("a loop's list that does not end");
    }
    if (this.#cursor.peek() === ";") this.#cursor.next();
    this.#skipLines();
    this.#doGroup();
  }

  #case(): void {
    this.#skipBlanks();
    this.#someWord();
    this.#skipLines();
    this.#keyword("in");
    for (;;) {
      this.#skipLines();
      if (this.#reserved() === "esac") {
        this.#word();
        return;
      }
      if (this.#cursor.peek() === "(") this.#cursor.next();
      do {
        this.#skipBlanks();
        this.#someWord();
        this.#skipBlanks();
      } while (this.#cursor.take("|"));
      this.#expect(")");
      this.#list([";;", "esac"]);
      if (!this.#cursor.take(";;")) {
        this.#keyword("esac");
        return;
      }
      if ("&;".includes(this.#cursor.peek()) && !this.#cursor.isAtEnd) throw new Doubt(";;&, which shells read in different ways");
    }
  }

  #simple(): void {
    const assignments: Word[] = [];
    const words: Word[] = [];
    const redirects: Redirect[] = [];
    for (;;) {
      this.#skipBlanks();
      const redirect = this.#redirect();
      if (redirect !== undefined) {
        redirects.push(redirect);
        continue;
      }
      const next = this.#cursor.peek();
      if (next === "(" && words.length === 1 && assignments.length + redirects.length === 0) {
        this.#function();
        return;
      }
      if (endsWord(next)) break;
      const word = this.#word();
      if (words.length === 0 && /^[A-Za-z_]\w*(\+=|\[)/.test(word.raw)) throw new Doubt("an assignment that shells read in different ways");
      (words.length === 0 && /^[A-Za-z_]\w*=/.test(word.raw) ? assignments : words).push(word);
    }
    if (assignments.length + words.length + redirects.length === 0)
      throw new Doubt(`${this.#cursor.peek() || "the end"} where a command should be`);
    this.#found.commands.push({ assignments, words, redirects });
  }

  /** Its name may be any command's from there on. */
  #function(): void {
    this.#found.doubt ??= "it defines a function";
    this.#cursor.next();
    this.#skipBlanks();
    this.#expect(")");
    this.#skipLines();
    this.#within(() => this.#command());
  }

  #redirectsOfGroup(): void {
    const redirects: Redirect[] = [];
    for (;;) {
      this.#skipBlanks();
      const redirect = this.#redirect();
      if (redirect === undefined) break;
      redirects.push(redirect);
    }
    if (redirects.length > 0) this.#found.commands.push({ assignments: [], words: [], redirects });
  }

  #redirect(): Redirect | undefined {
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
    this.#skipBlanks();
    const target = this.#someWord();
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
      if (!isQuoted)
        this.#within(() => this.#nested(new Cursor(lines.join("\n")), (parser) => readHereText(parser.#cursor, parser.#inner)));
    }
  }

  #word(): Word {
    const word = readWord(this.#cursor, this.#inner);
    if (/^\{\w+\}$/.test(word.raw) && "<>".includes(this.#cursor.peek()) && !this.#cursor.isAtEnd) throw new Doubt("a named descriptor");
    return word;
  }

  #someWord(): Word {
    if (endsWord(this.#cursor.peek())) throw new Doubt("a word is missing");
    return this.#word();
  }

  /** The reserved word that is next, which is not passed. */
  #reserved(): string | undefined {
    const from = this.#cursor.at;
    let word = "";
    while (!endsWord(this.#cursor.peek()) && word.length <= reservedCharsMax) word += this.#cursor.next();
    this.#cursor.at = from;
    return reservedWords.includes(word) ? word : undefined;
  }

  #keyword(word: string): void {
    if (this.#reserved() !== word) throw new Doubt(`no ${word}`);
    this.#word();
  }

  #expect(mark: string): void {
    if (!this.#cursor.take(mark)) throw new Doubt(`no ${mark}`);
  }

  #isNext(text: string): boolean {
    const from = this.#cursor.at;
    const is = this.#cursor.take(text);
    this.#cursor.at = from;
    return is;
  }

  #skipBlanks(): void {
    while (" \t".includes(this.#cursor.peek()) && !this.#cursor.isAtEnd) this.#cursor.next();
    if (this.#cursor.peek() === "#") this.#cursor.skipComment();
  }

  #skipLines(): void {
    for (;;) {
      this.#skipBlanks();
      if (this.#cursor.peek() !== "\n") return;
      this.#cursor.next();
      this.#readHereTexts();
    }
  }
}
