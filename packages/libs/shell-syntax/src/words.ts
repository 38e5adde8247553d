import { type Cursor, Doubt } from "./cursor.ts";
import type { Word } from "./script.ts";

/** What stands inside of words and is a script of its own. */
export interface Substitutions {
  /** From behind `$(` to behind its `)`. */
  parenthesized(cursor: Cursor): void;
  /** What stood between backquotes, unescaped. */
  backquoted(text: string): void;
  /** Counts how many things stand within one another. */
  deeper(read: () => void): void;
}

const metacharacters = " \t\n;&|<>()";
export const endsWord = (character: string): boolean => character === "" || metacharacters.includes(character);

const patternCharacters = "*?[~{}";
/** Braces that stand for themselves in every shell. */
const plainBraces = ["{}", "{", "}"];

/** One word, up to what ends it. */
export function readWord(cursor: Cursor, inner: Substitutions): Word {
  const from = cursor.at;
  let text = "";
  let isLiteral = true;
  for (let next = cursor.peek(); !endsWord(next); next = cursor.peek()) {
    const literal = readPiece(cursor, inner);
    if (literal === undefined || patternCharacters.includes(next)) isLiteral = false;
    text += literal ?? "";
  }
  const raw = cursor.since(from);
  return { raw, text: isLiteral || plainBraces.includes(raw) ? text : undefined };
}

/** What the next quoted or unquoted piece stands for; `undefined`: the shell works it out. */
function readPiece(cursor: Cursor, inner: Substitutions): string | undefined {
  const character = cursor.next();
  switch (character) {
    case "'":
      return cursor.rawUntil("'");
    case '"':
      return readDoubleQuoted(cursor, inner);
    case "\\": {
      const escaped = cursor.rawNext();
      if (escaped === "") throw new Doubt("a backslash at the end");
      return escaped;
    }
    case "$":
      return readDollar(cursor, inner, "plain");
    case "`":
      return readBackquoted(cursor, inner, false);
    case "\0":
      throw new Doubt("a NUL byte");
    default:
      return character;
  }
}

function readDoubleQuoted(cursor: Cursor, inner: Substitutions): string | undefined {
  const pieces: (string | undefined)[] = [];
  for (let character = cursor.next(); character !== '"'; character = cursor.next()) {
    if (character === "" || character === "\0") throw new Doubt('no closing "');
    pieces.push(readQuotedPiece(character, cursor, inner, "quoted"));
  }
  return pieces.includes(undefined) ? undefined : pieces.join("");
}

/** What a here-document holds whose end mark is not quoted. */
export function readHereText(cursor: Cursor, inner: Substitutions): void {
  for (let character = cursor.next(); character !== ""; character = cursor.next()) readQuotedPiece(character, cursor, inner, "here");
}

type Around = "plain" | "quoted" | "here";

function readQuotedPiece(character: string, cursor: Cursor, inner: Substitutions, around: Around): string | undefined {
  if (character === "$") return readDollar(cursor, inner, around);
  if (character === "`") return readBackquoted(cursor, inner, around === "quoted");
  if (character !== "\\") return character;
  const escaped = cursor.peek();
  if (escaped === "" || !'$`"\\'.includes(escaped)) return "\\";
  return cursor.next();
}

const nameStart = /[A-Za-z_]/;
const namePart = /[A-Za-z0-9_]/;
const specialParameters = "@*#?$!-0123456789";

function readDollar(cursor: Cursor, inner: Substitutions, around: Around): string | undefined {
  const next = cursor.peek();
  if (next === "[") throw new Doubt("$[, which shells read in different ways");
  if (around === "plain" && (next === "'" || next === '"')) throw new Doubt(`$${next}, which shells read in different ways`);
  if (next === "(") {
    cursor.next();
    if (cursor.peek() === "(") readArithmetic(cursor);
    else inner.parenthesized(cursor);
    return undefined;
  }
  if (next === "{") {
    cursor.next();
    inner.deeper(() => readParameter(cursor, inner, around));
    return undefined;
  }
  if (next !== "" && specialParameters.includes(next)) {
    cursor.next();
    return undefined;
  }
  if (!nameStart.test(next)) return "$";
  while (namePart.test(cursor.peek())) cursor.next();
  return undefined;
}

/** Numbers alone: names stand for texts, which some shells read as scripts again. */
function readArithmetic(cursor: Cursor): void {
  cursor.next();
  for (let depth = 0; ; ) {
    const character = cursor.next();
    if (character === "" || !"0123456789+-*/%<>=!&|^~?: \t()".includes(character)) throw new Doubt("a calculation with more than numbers");
    if (character === "(") depth++;
    if (character !== ")") continue;
    if (depth > 0) depth--;
    else if (cursor.next() === ")") return;
    else throw new Doubt("$((, which is not closed by ))");
  }
}

const operators = [":-", ":+", ":?", "-", "+", "?", "%%", "%", "##", "#"];

/** From behind `${` to behind its `}`. */
function readParameter(cursor: Cursor, inner: Substitutions, around: Around): void {
  const asksLength = cursor.take("#");
  const from = cursor.at;
  if (nameStart.test(cursor.peek())) while (namePart.test(cursor.peek())) cursor.next();
  else if (specialParameters.includes(cursor.peek())) cursor.next();
  const isNamed = cursor.at > from;
  if (cursor.take("}")) {
    if (isNamed || asksLength) return;
    throw new Doubt("a parameter without a name");
  }
  const operator = operators.find((known) => cursor.take(known));
  if (operator === undefined || asksLength || !isNamed) throw new Doubt("a parameter with more than every shell knows");
  for (let next = cursor.peek(); next !== "}"; next = cursor.peek()) {
    if (next === "" || next === "\n" || next === "\\") throw new Doubt("no closing }");
    if (around !== "plain" && (next === "'" || next === '"')) throw new Doubt("quotes in a quoted parameter");
    readPiece(cursor, inner);
  }
  cursor.next();
}

function readBackquoted(cursor: Cursor, inner: Substitutions, isQuoted: boolean): undefined {
  let text = "";
  for (let character = cursor.rawNext(); character !== "`"; character = cursor.rawNext()) {
    if (character === "") throw new Doubt("no closing `");
    if (character !== "\\") {
      text += character;
      continue;
    }
    const escaped = cursor.rawNext();
    text += `$\`\\${isQuoted ? '"' : ""}`.includes(escaped) && escaped !== "" ? escaped : `\\${escaped}`;
  }
  inner.backquoted(text);
  return undefined;
}
