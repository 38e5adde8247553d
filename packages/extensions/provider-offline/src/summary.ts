/** What is shown of each request, and of how many, the newest. */
const requestCharsMax = 200;
const requestsMax = 25;
const filesMax = 50;
const earlierCharsMax = 3_000;

/**
 * The summary that compaction asks for, made of what was said: the requests and the paths, without understanding either. `undefined`: something else
 * was asked.
 */
export function summaryOf(text: string): string | undefined {
  const said = /<conversation>\n(?<said>.*)\n<\/conversation>\n\nWrite the summary\.$/s.exec(text)?.groups?.said;
  if (said === undefined) return undefined;
  const earlier = /^<earlier-summary>\n(?<earlier>.*?)\n<\/earlier-summary>/s.exec(text)?.groups?.earlier;
  const requests = [...said.matchAll(/^User: (.+)/gm)].map(([, request = ""]) => `- ${request.slice(0, requestCharsMax)}`);
  const files = new Set([...said.matchAll(/^Assistant calls \w+: \{.*?"path":"([^"]+)"/gm)].map(([, path]) => `- ${path}`));
  return [
    "(Offline stand-in, no language model: what was asked and which files were named, nothing else.)",
    "## Goal",
    listed(requests.slice(-requestsMax)),
    "## Decisions",
    "None.",
    "## Files touched",
    listed([...files].slice(-filesMax)),
    "## Open items",
    earlier === undefined ? "None." : `Before that:\n${earlier.slice(0, earlierCharsMax)}`,
  ].join("\n");
}

const listed = (lines: readonly string[]): string => (lines.length === 0 ? "None." : lines.join("\n"));
