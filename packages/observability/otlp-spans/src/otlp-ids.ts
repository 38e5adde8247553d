import { bodyHash } from "@dispatch/journal-sink/record";

const traceIdChars = 32;
const spanIdChars = 16;

export interface Belonging {
  readonly spanId: string;
  readonly turnId?: string;
  readonly conversationId?: string;
}

/** Made from the name of the turn, so that whoever sends a span of it, and whenever, sends the same. */
export const traceIdOf = ({ turnId, conversationId, spanId }: Belonging): string =>
  bodyHash(turnId ?? conversationId ?? spanId).slice(0, traceIdChars);

/** Ours have the form already; any other is hashed into it. */
export const spanIdOf = (spanId: string): string =>
  /^[0-9a-f]{16}$/.test(spanId) && !/^0+$/.test(spanId) ? spanId : bodyHash(spanId).slice(0, spanIdChars);
