import { masked } from "./token-patterns.ts";

export interface KnownSecrets {
  /** One of them stands in every text that holds one of the secrets, however it was escaped. */
  readonly needles: readonly string[];
  mask(text: string): string;
}

/** Values that are known to be secret: keys, tokens, passwords. */
export function knownSecrets(values: readonly string[]): KnownSecrets {
  const secrets = [...new Set(values)].filter(canBeSecret).sort((a, b) => b.length - a.length);
  if (secrets.length === 0) return { needles: [], mask: (text) => text };
  const encoded = secrets.filter(({ length }) => length >= encodedCharsMin).flatMap(base64Of);
  const needles = [...new Set([...secrets.map(needleOf), ...encoded.map(needleOf)])];
  // One expression without escapes looks for all of them in the time in which two are looked for one by one.
  const suspicion = new RegExp(needles.join("|"));
  const pattern = new RegExp([...secrets.map(patternOf), ...encoded.map(patternOf)].join("|"), "g");
  return { needles, mask: (text) => (suspicion.test(text) ? text.replace(pattern, masked) : text) };
}

/** What of a shorter one is the same in every Base64 text that holds it is too short to tell from chance. */
const encodedCharsMin = 12;

/** What stands in every Base64 text of something that holds the secret: one for each of the three places at which it may begin. */
function base64Of(secret: string): readonly string[] {
  const bytes = Buffer.from(secret);
  return [0, 1, 2].map((before) => {
    const text = Buffer.concat([Buffer.alloc(before), bytes]).toString("base64");
    const from = Math.ceil((before * 8) / 6);
    return text.slice(from, Math.floor(((before + bytes.length) * 8) / 6));
  });
}

const shortCharsMax = 7;
const charsMin = 4;

/** People give "none" or "ollama" to servers that want no key; to mask such words would spoil every text. */
const canBeSecret = (value: string): boolean => value.length > shortCharsMax || (value.length >= charsMin && !/^\p{L}*$/u.test(value));

/** The longest run of letters and digits: nothing escapes those. None: the empty text, which stands everywhere. */
function needleOf(secret: string): string {
  const runs = secret.match(/[A-Za-z0-9]+/g) ?? [];
  return runs.reduce((longest, run) => (run.length > longest.length ? run : longest), "");
}

/** A short one counts where it stands alone: as a part of longer words it is chance. */
function patternOf(secret: string): string {
  const pattern = Array.from(secret, characterOf).join("");
  return secret.length > shortCharsMax ? pattern : `(?<![A-Za-z0-9])${pattern}(?![A-Za-z0-9])`;
}

/** A character as itself, and as JSON (at any depth) and URLs write it. */
function characterOf(character: string): string {
  if (/[A-Za-z0-9]/.test(character)) return character;
  const json = JSON.stringify(character)
    .slice(1, -1)
    .replace(/^\\(?=.)/, "");
  const codes = Array.from({ length: character.length }, (_, index) => character.charCodeAt(index));
  const bytes = [...new TextEncoder().encode(character)];
  const ways = [
    `\\\\*${RegExp.escape(character)}`,
    `\\\\+${RegExp.escape(json)}`,
    codes.map((code) => `\\\\+u${hex(code, 4)}`).join(""),
    bytes.map((byte) => `%${hex(byte, 2)}`).join(""),
  ];
  return `(?:${ways.join("|")})`;
}

/** In either case. */
const hex = (code: number, digits: number): string =>
  code
    .toString(16)
    .padStart(digits, "0")
    .replaceAll(/[a-f]/g, (digit) => `[${digit}${digit.toUpperCase()}]`);
