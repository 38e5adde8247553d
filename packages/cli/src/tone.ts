/** How a piece of text is meant. What that looks like is the terminal's business. */
export type Tone = "plain" | "quiet" | "strong" | "bad";

const codes: { readonly [tone in Tone]: readonly [open: number, close: number] | undefined } = {
  plain: undefined,
  quiet: [2, 22],
  strong: [36, 39],
  bad: [31, 39],
};

export function paint(text: string, tone: Tone): string {
  const code = codes[tone];
  return code === undefined || text === "" ? text : `\u001b[${code[0]}m${text}\u001b[${code[1]}m`;
}
