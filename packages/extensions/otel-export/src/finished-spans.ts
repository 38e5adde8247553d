import type { FinishedSpan } from "@dispatch/otlp-spans";
import type { TracedSpan, TracedTurn } from "@dispatch/turn-trace/contract";

/** Of one attribute that is text. */
const textCharsMax = 4_096;

/** A turn's spans as they are sent: nothing in them holds a secret, and no text is endless. `contents` are those of its requests, in order, masked
 * already. */
export function finishedSpansOf(
  { conversationId, turnId, spans }: TracedTurn,
  mask: (text: string) => string,
  contents: readonly string[] = [],
): readonly FinishedSpan[] {
  const byRequest = new Map(requestsOf(spans).map(({ spanId }, index) => [spanId, contents[index]]));
  return spans.map((span) => {
    const content = byRequest.get(span.spanId);
    const attributes = Object.entries(span.attributes).map(([name, value]) => [name, typeof value === "string" ? cut(mask(value)) : value]);
    return {
      ...span,
      extensionId: "turn-trace",
      conversationId,
      turnId,
      attributes: Object.fromEntries(attributes) as FinishedSpan["attributes"],
      ...(content === undefined ? {} : { content }),
    };
  });
}

/** The requests to the turn's model, in the order in which they were made. */
export const requestsOf = (spans: readonly TracedSpan[]): readonly TracedSpan[] =>
  spans
    .filter(({ name, attributes }) => name === "provider.request" && attributes.warm !== true)
    .sort((one, other) => one.startedAt - other.startedAt);

const cut = (text: string): string => (text.length > textCharsMax ? `${text.slice(0, textCharsMax)}…` : text);
