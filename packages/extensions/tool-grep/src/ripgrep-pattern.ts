/**
 * The same pattern for ripgrep, which shall find every file that we find, and may find more. `undefined` where the two understand
 * something differently and ripgrep might find less.
 */
export function forRipgrep(source: string): string | undefined {
  const tokens: Token[] = [];
  for (let at = 0; at < source.length; ) {
    const token = tokenAt(source, at);
    if (token === undefined) return undefined;
    tokens.push(token);
    at += token.source.length;
  }
  return endsAreLast(tokens.map((token) => token.source)) ? tokens.map(({ text }) => text).join("") : undefined;
}

interface Token {
  readonly source: string;
  readonly text: string;
}

/** Our `$` stands before a carriage return, ripgrep's behind it: what looks back from there must not follow. */
function endsAreLast(tokens: readonly string[]): boolean {
  if (!tokens.includes("$")) return true;
  const looksBack = (token: string) => token === "^" || token === "\\b";
  const behindGroup = tokens.slice(tokens.indexOf(")") + 1);
  if (tokens.includes(")") && behindGroup.some(looksBack)) return false;
  return tokens.every((token, at) => token !== "$" || /^\)*(?:\||$)/.test(tokens.slice(at + 1).join("")));
}

function tokenAt(source: string, at: number): Token | undefined {
  const rest = source.slice(at);
  switch (source[at]) {
    case "\\":
      return escapeAt(rest);
    case "[":
      return setAt(rest);
    case "(":
      return fits(rest, rest.startsWith("(?") ? /^\(\?(?::|i\)|i:)/ : /^\(/);
    case "{":
      return fits(rest, /^\{\d+(?:,\d*)?\}/);
    case "$":
      // A line may end in a carriage return, which we do not search.
      return { source: "$", text: "\\r?$" };
    default:
      return asItStands(source.charAt(at));
  }
}

/** Ours know ASCII alone, ripgrep's all of Unicode: what excludes must exclude no more than ours does. */
const excluding: { readonly [pair: string]: string } = {
  "\\D": "[^0-9]",
  "\\W": "[^0-9A-Za-z_]",
  "\\S": "[^\\t\\n\\f\\r ]",
  "\\b": "(?-u:\\b)",
};

function escapeAt(rest: string): Token | undefined {
  const pair = rest.slice(0, 2);
  const text = excluding[pair] ?? (/^\\[dwst!-/:;=?@[-`{-~]/.test(pair) ? pair : undefined);
  return text === undefined ? undefined : { source: pair, text };
}

/** A set is taken as it stands, or not at all. */
function setAt(rest: string): Token | undefined {
  const [text] = /^\[\^?\]?(?:\\[^DWSbB]|\[:[a-z]+:\]|[^[\]\\])*\]/.exec(rest) ?? [];
  if (text === undefined || /&&|--|~~|\\[^dwst!-/:;=?@[-`{-~]/.test(text)) return undefined;
  return text.startsWith("[^") && /\\[dws]/.test(text) ? undefined : asItStands(text);
}

function fits(rest: string, form: RegExp): Token | undefined {
  const [text] = form.exec(rest) ?? [];
  return text === undefined ? undefined : asItStands(text);
}

const asItStands = (text: string): Token => ({ source: text, text });
