import type { Pattern } from "./pattern.ts";

export const lineCharsMax = 64 * 1024;

export interface Hit {
  readonly line: number;
  readonly text: string;
  /** `false`: it stands next to one that matches. */
  readonly matches: boolean;
}

/**
 * Searches one text that comes in pieces of any size, line by line. It holds a piece, the lines of context, and one line of at most
 * `lineCharsMax`; longer ones are not searched but counted.
 */
export class LineSearch {
  readonly #pattern: Pattern;
  readonly #context: number;
  readonly #limit: number;
  readonly #hits: Hit[] = [];
  #matching = 0;
  #more = false;
  #longLines = 0;
  /** Number of the last line that was looked at. */
  #line = 0;
  /** A line whose end has not come yet, or as much of it as is kept. */
  #open = "";
  #openIsCut = false;
  #before: Hit[] = [];
  #after = 0;

  constructor(pattern: Pattern, context: number, limit: number) {
    this.#pattern = pattern;
    this.#context = context;
    this.#limit = limit;
  }

  get hits(): readonly Hit[] {
    return this.#hits;
  }

  get matching(): number {
    return this.#matching;
  }

  get longLines(): number {
    return this.#longLines;
  }

  /** Another line matched after the last one that was wanted: nothing more need come. */
  get more(): boolean {
    return this.#more;
  }

  push(text: string): void {
    const all = this.#open + text;
    const end = all.lastIndexOf("\n");
    if (end >= 0) {
      this.#lines(all.slice(0, end));
      this.#openIsCut = false;
    }
    const open = all.slice(end + 1);
    this.#open = bounded(open);
    this.#openIsCut ||= this.#open.length < open.length;
  }

  /** The last line may lack its break. */
  end(): void {
    if (this.#open !== "") this.#lines(this.#open);
    this.#open = "";
  }

  #lines(text: string): void {
    const lines = text.includes("\r") ? text.replace(/\r(?=\n|$)/g, "") : text;
    if (this.#after === 0 && !this.#openIsCut && !this.#pattern.mayMatch(lines)) {
      this.#skip(lines);
      return;
    }
    for (const line of lines.split("\n")) {
      if (this.#more) return;
      this.#look(line);
    }
  }

  /** Only the last lines may still be wanted: as those before a match to come. */
  #skip(lines: string): void {
    let count = 1;
    for (let at = lines.indexOf("\n"); at >= 0; at = lines.indexOf("\n", at + 1)) count++;
    this.#line += count;
    if (this.#context === 0) return;
    const last = lastLines(lines, this.#context);
    const first = this.#line - last.length + 1;
    const hits = last.map((text, i) => ({ line: first + i, text: bounded(text), matches: false }));
    this.#before = [...this.#before, ...hits].slice(-this.#context);
  }

  #look(text: string): void {
    this.#line += 1;
    const tooLong = text.length > lineCharsMax;
    if (tooLong) this.#longLines += 1;
    else if (this.#pattern.matches(text)) {
      this.#hit(text);
      return;
    }
    const hit = { line: this.#line, text: bounded(text), matches: false };
    if (this.#after > 0) {
      this.#after -= 1;
      this.#hits.push(hit);
    } else if (this.#context > 0) this.#before = [...this.#before, hit].slice(-this.#context);
  }

  #hit(text: string): void {
    if (this.#matching === this.#limit) {
      this.#more = true;
      return;
    }
    this.#hits.push(...this.#before, { line: this.#line, text, matches: true });
    this.#matching += 1;
    this.#before = [];
    this.#after = this.#context;
  }
}

/** One character more than is searched shows that a line is too long. */
const bounded = (line: string): string => (line.length > lineCharsMax ? line.slice(0, lineCharsMax + 1) : line);

function lastLines(text: string, count: number): readonly string[] {
  let start = text.length;
  for (let i = 0; i < count && start >= 0; i++) start = start === 0 ? -1 : text.lastIndexOf("\n", start - 1);
  return text.slice(start + 1).split("\n");
}
