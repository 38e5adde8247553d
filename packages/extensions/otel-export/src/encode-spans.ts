import { type FinishedSpan, otlpRequest } from "@dispatch/otlp-spans";
import type { Encoded } from "./exporter.ts";

/** Of one request: collectors refuse what is far larger. */
export const requestSpansMax = 512;
export const requestContentCharsMax = 2 * 1024 * 1024;

/** Spans as bodies of requests, none of them too large. */
export function encodeSpans(spans: readonly FinishedSpan[], version: string): readonly Encoded[] {
  const requests: FinishedSpan[][] = [];
  let chars = 0;
  for (const span of spans) {
    const { length = 0 } = span.content ?? "";
    const last = requests.at(-1);
    chars += length;
    if (last === undefined || last.length >= requestSpansMax || chars > requestContentCharsMax) {
      requests.push([span]);
      chars = length;
    } else last.push(span);
  }
  return requests.map((own) => ({ json: JSON.stringify(otlpRequest(own, { version })), spans: own.length }));
}
