import { RE2JS } from "re2js";

const patternCharsMax = 1_000;

/** A regular expression whose cost grows with the text alone, whatever the expression: nobody's pattern can hold the server. */
export interface Pattern {
  /** Of one line, without its break. */
  matches(line: string): boolean;
  /** Where in a line the first match begins. */
  indexIn(line: string): number;
  /** Of many lines: `false` only when none of them matches. */
  mayMatch(lines: string): boolean;
}

/** Syntax of RE2: no look-around and no back-references, which is the price. */
export function compilePattern(source: string, ignoreCase: boolean): { readonly pattern: Pattern } | { readonly problem: string } {
  const problem = problemOf(source);
  if (problem !== undefined) return { problem };
  const flags = ignoreCase ? RE2JS.CASE_INSENSITIVE : 0;
  try {
    const ofLine = RE2JS.compile(source, flags);
    const ofLines = RE2JS.compile(source, flags | RE2JS.MULTILINE);
    const matches = (line: string) => ofLine.test(line);
    const indexIn = (line: string) => {
      const matcher = ofLine.matcher(line);
      const found = matcher.find();
      return found ? matcher.start() : 0;
    };
    return { pattern: { matches, indexIn, mayMatch: knowsLines(source) ? (lines) => ofLines.test(lines) : () => true } };
  } catch (thrown) {
    return { problem: `The pattern cannot be used: ${reasonOf(thrown)}` };
  }
}

function problemOf(source: string): string | undefined {
  if (source === "") return "The pattern is empty. Give what to search for.";
  if (source.length > patternCharsMax) return `The pattern is longer than ${patternCharsMax} characters.`;
  if (/\n|(?<!\\)(?:\\\\)*\\n/.test(source))
    return "The pattern holds a line break, but lines are searched one by one. Search for one of its lines.";
  return undefined;
}

/** What is bound to the whole text, or turns the lines' own `^` and `$` off, says nothing about many lines at once. */
const knowsLines = (source: string): boolean => !/\\[AzZQ]|\(\?[a-zA-Z]*-/.test(source);

function reasonOf(thrown: unknown): string {
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  const reason = message.replace(/^error parsing regexp: /, "");
  const hint = /Perl syntax|escape sequence: `\\\d/.test(reason) ? " Look-around and back-references are not supported." : "";
  return `${reason}.${hint} To search for text as it stands, put \\ before each of . * + ? ( ) [ ] { } ^ $ | \\`;
}
