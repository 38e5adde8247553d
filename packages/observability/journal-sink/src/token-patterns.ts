/** The shape of secrets that nobody told us about. */
export interface TokenPattern {
  /** One of them stands in every match, however the text around it was escaped. */
  readonly needles: readonly string[];
  mask(text: string): string;
}

export const masked = "[masked]";

/**
 * Text in which a token may begin: the last character before it is no letter or digit, or it belongs to an escape (`\n`, `\u000a`, `%0A`) or to a
 * colour of a terminal.
 */
const boundary = String.raw`(?:^|[^A-Za-z0-9]|\\[bfnrt]|\\u[0-9a-fA-F]{4}|%[0-9a-fA-F]{2}|\[[0-9;]*m)`;

/** Every repetition is bounded, or is not tried again from within: hostile text takes no more than a few passes. */
const token = (prefix: string, rest: string, needles: readonly string[] = [prefix]): TokenPattern => {
  const pattern = new RegExp(`(${prefix})(?<=${boundary}${prefix})(?:${rest})`, "g");
  return { needles, mask: (text) => text.replace(pattern, `$1${masked}`) };
};

/** With a digit among the first characters, or long: words of prose and of code are neither. */
const value = String.raw`(?:(?=[A-Za-z._~+/=-]{0,64}\d)[A-Za-z0-9._~+/=-]{8,}|[A-Za-z0-9._~+/=-]{24,})`;
/** Between a name and its value: a colon, an equals sign or the comma of a quoted pair, quotes, and any escapes before them. */
const quote = String.raw`(?:\\*["']|\\+u002[27])`;
const between = String.raw`${quote}?\s{0,4}(?:[:=]\s{0,4}${quote}?|,\s{0,4}${quote})`;
const space = String.raw`(?:\s|%20|\+|\\[nrt]){1,8}`;

const keepingFirst =
  (pattern: RegExp) =>
  (text: string): string =>
    text.replace(pattern, (_, kept: string) => `${kept}${masked}`);

const bearer: TokenPattern = {
  needles: ["earer", "EARER"],
  mask: keepingFirst(new RegExp(`((?:[Bb]earer|BEARER)${space})${value}`, "g")),
};

const keyHeaders: TokenPattern = {
  needles: ["uthorization", "UTHORIZATION", "pi-key", "PI-KEY", "pi-Key"],
  mask: keepingFirst(
    new RegExp(`((?:authorization|api-key)${between}(?:(?:basic|bearer|token|digest|negotiate|key) {1,4})?)${value}`, "gi"),
  ),
};

const basicHeader = new RegExp(`((?:[Bb]asic|BASIC)${space})([A-Za-z0-9+/_-]{4,}={0,2})`, "g");
const basic: TokenPattern = {
  needles: ["asic", "ASIC"],
  mask: (text) =>
    text.replace(basicHeader, (whole, kept: string, encoded: string) => (holdsCredentials(encoded) ? `${kept}${masked}` : whole)),
};

/** `user:password` in Base64; the next word of a sentence is something else. */
function holdsCredentials(encoded: string): boolean {
  const text = Buffer.from(encoded, "base64").toString("latin1");
  // biome-ignore lint/suspicious/noControlCharactersInRegex: credentials have none.
  return text.includes(":") && !/[\x00-\x1f\x7f]/.test(text);
}

/** What stands for a password in documentation and templates is none. */
const urlPasswords: TokenPattern = {
  needles: ["://", "\\/"],
  mask: keepingFirst(/(:(?:\\*\/){2}[^\s/?#"'\\@:<>]{0,256}:)(?!\$?\{|<|\*|%s|\[masked)[^\s/?#"'\\@<>]{1,256}(?=@)/g),
};

const privateKeys: TokenPattern = { needles: ["PRIVATE KEY"], mask: maskPrivateKeys };

/** From BEGIN to END whatever looks like a key, between line numbers or quotes too; without an END as far as it goes on like a key. */
function maskPrivateKeys(text: string): string {
  const begins = /-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----/g;
  const ends = /-----END [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----/g;
  const material = /(?:[A-Za-z0-9+/=\s|→]|\\+(?:[nrt]|u00[01][0-9a-fA-F]))*/y;
  const out: string[] = [];
  let at = 0;
  let end = -1;
  for (const begin of text.matchAll(begins)) {
    if (begin.index < at) continue;
    if (end < begin.index) {
      ends.lastIndex = begin.index;
      end = ends.exec(text)?.index ?? Number.POSITIVE_INFINITY;
    }
    const from = begin.index + begin[0].length;
    material.lastIndex = from;
    material.test(text);
    const until = end - from <= keyCharsMax ? end : material.lastIndex;
    if (until - from < keyCharsMin) continue;
    out.push(text.slice(at, from), text.slice(from, until).replaceAll(keyRuns, maskRun));
    at = until;
  }
  return out.length === 0 ? text : [...out, text.slice(at)].join("");
}
/** Escapes are passed over, so that JSON stays JSON. */
const keyRuns = /\[masked\]|\\+(?:u[0-9a-fA-F]{4}|.)|[A-Za-z0-9+/=]{4,}/g;
const maskRun = (run: string): string => (/^[\\[]/.test(run) ? run : masked);
const keyCharsMin = 16;
const keyCharsMax = 32_768;

export const tokenPatterns: readonly TokenPattern[] = [
  privateKeys,
  urlPasswords,
  token("sk-", String.raw`(?=[A-Za-z_-]{0,64}\d)[\w-]{16,}|[A-Za-z0-9]{20,}`),
  token("gh[opsur]_", "[A-Za-z0-9]{20,}", ["ghp_", "gho_", "ghs_", "ghu_", "ghr_"]),
  token("github_pat_", String.raw`\w{20,}`),
  token("glpat-", String.raw`[\w-]{16,}`),
  token("xox[a-z]-", "[A-Za-z0-9-]{10,}", ["xox"]),
  token("(?:AKIA|ASIA)", "[A-Z0-9]{16}(?![A-Z0-9])", ["AKIA", "ASIA"]),
  token("AIza", String.raw`[\w-]{30,}`),
  token("hf_", "[A-Za-z0-9]{30,}"),
  token("npm_", "[A-Za-z0-9]{30,}"),
  // Our own access tokens.
  token("dispatch_[0-9a-f]{8}_", String.raw`[\w-]{40,}`, ["dispatch_"]),
  token("[rs]k_live_", "[A-Za-z0-9]{16,}", ["k_live_"]),
  token("eyJ", String.raw`(?<![-_]eyJ)[\w-]{8,}(?:\.[\w-]{4,}){1,3}\.[\w-]*`),
  bearer,
  keyHeaders,
  basic,
];
