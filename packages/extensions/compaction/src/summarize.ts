import { noSummary } from "./faults.ts";

/** Requests for one summary. */
const partsMax = 12;

/**
 * One summary of all pieces: in one request when they fit, else part by part, each summary carried into the next. A request holds at most `charsMax`
 * characters of text and earlier summary. Faults: `compaction/no-summary` when there are too many parts, and those of `ask`.
 */
export async function summarize(
  pieces: readonly string[],
  earlier: string | undefined,
  charsMax: number,
  ask: (text: string, earlier: string | undefined) => Promise<string>,
): Promise<string> {
  const whole = partsOf(pieces, charsMax - (earlier?.length ?? 0));
  const parts = whole.length <= 1 ? whole : partsOf(pieces, charsMax - Math.min(summaryCharsMax, charsMax / 3));
  if (parts.length > partsMax)
    throw noSummary(
      `the conversation is more than ${partsMax} times as long as its model reads at once. A model with a larger window can summarize it.`,
    );
  let summary = earlier;
  for (const part of parts) summary = await ask(part, summary?.slice(0, Math.min(summaryCharsMax, Math.max(0, charsMax - part.length))));
  if (summary === undefined) throw noSummary("there was nothing to summarize.");
  return summary;
}

/** What a summary of its length limit holds; of a longer one the next part gets the beginning. */
const summaryCharsMax = 8_000;

/** Whole pieces as far as they fit; one that does not fit alone is cut into several. */
function partsOf(pieces: readonly string[], charsMax: number): readonly string[] {
  const size = Math.max(1, Math.floor(charsMax));
  const parts: string[] = [];
  let part = "";
  for (const piece of pieces) {
    for (let at = 0; at < piece.length; at += size) {
      const text = piece.slice(at, at + size);
      if (part !== "" && part.length + separator.length + text.length > size) {
        parts.push(part);
        part = "";
      }
      part = part === "" ? text : part + separator + text;
    }
  }
  return part === "" ? parts : [...parts, part];
}
const separator = "\n\n";
