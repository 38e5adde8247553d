import { type KnownSecrets, knownSecrets } from "./known-secrets.ts";
import { tokenPatterns } from "./token-patterns.ts";

/** Takes secrets out of text. What holds none passes unchanged, character for character. */
export interface Mask {
  /** What stands in these bytes of JSON lines and may belong to a secret. Empty: there is none in them. */
  suspicions(bytes: Buffer): readonly string[];
  text(text: string): string;
  /** Known values alone. */
  known(text: string): string;
}

/** A list of secrets that did not change gives the mask that it gave before. */
export function maskOf(secrets: () => readonly string[]): () => Mask {
  let known: readonly string[] = [];
  let mask = createMask(known);
  return () => {
    const now = secrets();
    if (now.length === known.length && now.every((secret, index) => secret === known[index])) return mask;
    known = [...now];
    mask = createMask(known);
    return mask;
  };
}

export function createMask(secrets: readonly string[]): Mask {
  const known = knownSecrets(secrets);
  const needles = [...new Set([...known.needles, ...tokenPatterns.flatMap((pattern) => pattern.needles), escapeNeedle])];
  return {
    // Searching bytes for thirty needles takes less than one search of text with an expression.
    suspicions: (bytes) => needles.filter((needle) => bytes.includes(needle)),
    known: (text) => known.mask(text),
    text(text) {
      const hidden = hide(text, known);
      if (!escaped.test(hidden)) return hidden;
      const plain = hidden.replaceAll(escapesOf, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)));
      const hiddenPlain = hide(plain, known);
      return hiddenPlain === plain ? hidden : hiddenPlain;
    },
  };
}

function hide(text: string, known: KnownSecrets): string {
  let hidden = known.mask(text);
  for (const { needles, mask } of tokenPatterns) if (needles.some((needle) => hidden.includes(needle))) hidden = mask(hidden);
  return hidden;
}

/** JSON may write any letter, digit or sign as an escape, and who wants to get past a mask does. Quotes and backslashes stay: they hold JSON together. */
const escapeNeedle = "\\u00";
const escaped = /\\u00[2-7]/;
const escapesOf = /\\+u00(?!22|5[cC])([2-7][0-9a-fA-F])/g;
