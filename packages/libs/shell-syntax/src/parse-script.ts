import { Cursor, Doubt } from "./cursor.ts";
import type { Redirect, Script, SimpleCommand, Word } from "./script.ts";
import { type Nested, Tokens } from "./tokens.ts";
import { endsWord, readHereText } from "./words.ts";

/** Of substitutions and groups within one another. */
export const scriptDepthMax = 40;
export const scriptCharsMax = 128 * 1024;

/**
 * Reads what a POSIX shell would. Total: never throws, and takes time in proportion to the text. What shells read in different ways, and what no shell
 * reads, is a doubt; the commands found until there are told all the same.
 */
export function parseScript(text: string): Script {
  const found: Found = { commands: [], doubt: undefined, pipes: 0 };
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
  /** That lead into what is read now. */
  pipes: number;
}

class Parser {
  readonly #cursor: Cursor;
  readonly #found: Found;
  readonly #inner: Nested;
  readonly #tokens: Tokens;
  #depth: number;

  constructor(cursor: Cursor, found: Found, depth: number) {
    this.#cursor = cursor;
    this.#found = found;
    this.#depth = depth;
    this.#inner = {
      parenthesized: () => this.#within(() => this.#nested(cursor, (parser) => parser.#closed(")"))),
      deeper: (read) => this.#within(read),
      backquoted: (text) => this.#within(() => this.#nested(new Cursor(text), (parser) => parser.all())),
      expanded: (text) => this.#within(() => this.#nested(new Cursor(text), (parser) => readHereText(parser.#cursor, parser.#inner))),
    };
    this.#tokens = new Tokens(cursor, this.#inner);
  }

  all(): void {
    this.#list([]);
    if (!this.#cursor.isAtEnd) throw new Doubt(`${this.#cursor.peek()} where a command should be`);
    this.#tokens.noHereText();
  }

  #closed(mark: ")"): void {
    this.#list([]);
    this.#tokens.expect(mark);
    this.#tokens.noHereText();
  }

  /** What stands in a substitution has here-documents of its own. */
  #nested(cursor: Cursor, read: (parser: Parser) => void): void {
    this.#tokens.noHereText();
    read(new Parser(cursor, this.#found, this.#depth));
  }

  #within(read: () => void): void {
    if (++this.#depth > scriptDepthMax) throw new Doubt(`more than ${scriptDepthMax} things within one another`);
    read();
    this.#depth--;
  }

  /** Commands up to the end, a closing parenthesis, `;;`, or one of those words. */
  #list(stops: readonly string[]): void {
    for (;;) {
      this.#tokens.skipLines();
      const next = this.#cursor.peek();
      if (next === "" || next === ")" || stops.includes(this.#tokens.reserved() ?? "")) return;
      if (stops.includes(";;") && this.#tokens.isNext(";;")) return;
      this.#andOr();
      this.#tokens.skipBlanks();
      if (stops.includes(";;") && this.#tokens.isNext(";;")) return;
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
      this.#tokens.skipBlanks();
      if (!this.#cursor.take("&&") && !this.#cursor.take("||")) return;
      this.#tokens.skipLines();
    }
  }

  #pipeline(): void {
    this.#tokens.skipBlanks();
    if (this.#tokens.reserved() === "!") {
      this.#tokens.word();
      this.#tokens.skipBlanks();
    }
    const { pipes } = this.#found;
    for (;;) {
      this.#command();
      this.#found.pipes = pipes;
      this.#tokens.skipBlanks();
      if (this.#cursor.peek() !== "|" || this.#tokens.isNext("||")) return;
      this.#cursor.next();
      this.#found.pipes = pipes + 1;
      if (this.#cursor.peek() === "&") throw new Doubt("|&, which shells read in different ways");
      this.#tokens.skipLines();
    }
  }

  #command(): void {
    this.#tokens.skipBlanks();
    if (this.#cursor.peek() === "(") {
      this.#cursor.next();
      if (this.#cursor.peek() === "(") throw new Doubt("((, which shells read in different ways");
      this.#within(() => this.#list([]));
      this.#tokens.expect(")");
      this.#redirectsOfGroup();
      return;
    }
    const word = this.#tokens.reserved();
    if (word === undefined) {
      this.#simple();
      return;
    }
    this.#tokens.word();
    this.#within(() => this.#compound(word));
    this.#redirectsOfGroup();
  }

  #compound(word: string): void {
    switch (word) {
      case "{":
        this.#list(["}"]);
        this.#tokens.keyword("}");
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
      this.#tokens.keyword("then");
      this.#list(["elif", "else", "fi"]);
      if (this.#tokens.reserved() !== "elif") break;
      this.#tokens.word();
    }
    if (this.#tokens.reserved() === "else") {
      this.#tokens.word();
      this.#list(["fi"]);
    }
    this.#tokens.keyword("fi");
  }

  #doGroup(): void {
    this.#tokens.keyword("do");
    this.#list(["done"]);
    this.#tokens.keyword("done");
  }

  #for(): void {
    this.#tokens.skipBlanks();
    const variable = this.#tokens.word();
    if (!/^[A-Za-z_]\w*$/.test(variable.raw)) throw new Doubt("a loop without a variable");
    this.#found.commands.push({ assignments: [{ raw: `${variable.raw}=`, text: undefined }], words: [], redirects: [] });
    this.#tokens.skipLines();
    if (this.#tokens.reserved() === "in") {
      this.#tokens.word();
      for (this.#tokens.skipBlanks(); !endsWord(this.#cursor.peek()); this.#tokens.skipBlanks()) this.#tokens.word();
      if (!";\n".includes(this.#cursor.peek()) || this.#cursor.isAtEnd) throw new Doubt("a loop's list that does not end");
    }
    if (this.#cursor.peek() === ";") this.#cursor.next();
    this.#tokens.skipLines();
    this.#doGroup();
  }

  #case(): void {
    this.#tokens.skipBlanks();
    this.#tokens.someWord();
    this.#tokens.skipLines();
    this.#tokens.keyword("in");
    for (;;) {
      this.#tokens.skipLines();
      if (this.#tokens.reserved() === "esac") {
        this.#tokens.word();
        return;
      }
      if (this.#cursor.peek() === "(") this.#cursor.next();
      do {
        this.#tokens.skipBlanks();
        this.#tokens.someWord();
        this.#tokens.skipBlanks();
      } while (this.#cursor.take("|"));
      this.#tokens.expect(")");
      this.#list([";;", "esac"]);
      if (!this.#cursor.take(";;")) {
        this.#tokens.keyword("esac");
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
      this.#tokens.skipBlanks();
      const redirect = this.#tokens.redirect();
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
      const word = this.#tokens.word();
      if (words.length === 0 && /^[A-Za-z_]\w*(\+=|\[)/.test(word.raw)) throw new Doubt("an assignment that shells read in different ways");
      (words.length === 0 && /^[A-Za-z_]\w*=/.test(word.raw) ? assignments : words).push(word);
    }
    if (assignments.length + words.length + redirects.length === 0)
      throw new Doubt(`${this.#cursor.peek() || "the end"} where a command should be`);
    this.#found.commands.push({ assignments, words, redirects, ...(this.#found.pipes > 0 ? { isPiped: true } : {}) });
  }

  /** Its name may be any command's from there on. */
  #function(): void {
    this.#found.doubt ??= "it defines a function";
    this.#cursor.next();
    this.#tokens.skipBlanks();
    this.#tokens.expect(")");
    this.#tokens.skipLines();
    this.#within(() => this.#command());
  }

  #redirectsOfGroup(): void {
    const redirects: Redirect[] = [];
    for (;;) {
      this.#tokens.skipBlanks();
      const redirect = this.#tokens.redirect();
      if (redirect === undefined) break;
      redirects.push(redirect);
    }
    if (redirects.length > 0) this.#found.commands.push({ assignments: [], words: [], redirects });
  }
}
