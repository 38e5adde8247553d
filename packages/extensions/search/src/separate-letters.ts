/** A zero width space: no part of a word to the index, and not to be seen by anybody. */
const seam = "\u200b";

const letter =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]\p{M}*/gu;

/**
 * Scripts that write words without spaces between them, or stick endings to them: each letter becomes a word of its own, and a word of several
 * letters is found as their sequence. Applied alike to what is stored and to what is asked.
 */
export function separateLetters(text: string): string {
  const plain = text.normalize("NFC").replaceAll(seam, "");
  return plain.replace(letter, `${seam}$&${seam}`).replaceAll(seam + seam, seam);
}

export const joinLetters = (text: string): string => text.replaceAll(seam, "");
