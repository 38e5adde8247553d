import { separateLetters } from "./separate-letters.ts";

const wordsMax = 32;
/** What begins with fewer letters is nearly everything. */
const prefixLettersMin = 2;

const quotedOrBare = /"([^"]+)"|(\S+)/g;
const hasLetter = /[\p{L}\p{N}]/u;
const letters = /[\p{L}\p{N}]/gu;
/** Written without spaces, a single letter says as much as a word. */
const dense = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]/u;

/**
 * What a person typed as an expression of FTS5: every word must be there, the last one may go on, and what stands in a pair of double quotes stands
 * together. Each word is quoted, so that nothing in it is syntax. Words beyond the bound do not count. `undefined`: there is nothing to look for.
 */
export function matchExpression(typed: string): string | undefined {
  const given = [...typed.matchAll(quotedOrBare)].map(([, quoted, bare]) => ({ text: quoted ?? bare ?? "", whole: quoted !== undefined }));
  const words = given.filter(({ text }) => hasLetter.test(text)).slice(0, wordsMax);
  if (words.length === 0) return undefined;
  const goesOn = /[\p{L}\p{N}\p{M}]$/u.test(typed.trimEnd());
  return words
    .map(({ text, whole }, index) => phrase(text) + (index === words.length - 1 && goesOn && !whole && mayGoOn(text) ? "*" : ""))
    .join(" ");
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: a NUL would end the expression
const unsayable = /["\u0000]/g;
const phrase = (text: string): string => `"${separateLetters(text.replace(unsayable, " "))}"`;

function mayGoOn(word: string): boolean {
  return dense.test(word) || (word.match(letters)?.length ?? 0) >= prefixLettersMin;
}
