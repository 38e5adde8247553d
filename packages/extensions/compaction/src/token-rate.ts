/** Characters a token, until a provider has counted something of the conversation. English text has about four. */
export const charsPerTokenDefault = 4;
/** Code, numbers and other scripts have fewer; what lies outside is no measure but a miscount. */
const charsPerTokenMin = 1;
const charsPerTokenMax = 8;

/** What the provider counted of a request, and how many characters that request held: its characters a token. */
export function rateOf(chars: number, tokens: number): number {
  if (!(chars > 0 && tokens > 0)) return charsPerTokenDefault;
  return Math.min(charsPerTokenMax, Math.max(charsPerTokenMin, chars / tokens));
}

export const tokensOf = (chars: number, charsPerToken: number): number => Math.ceil(chars / charsPerToken);
