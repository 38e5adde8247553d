import type { FinishedSpan, SpanEvent } from "./finished-span.ts";
import { genAiSpan, type Value } from "./gen-ai-span.ts";
import { spanIdOf, traceIdOf } from "./otlp-ids.ts";

/** The body of `POST /v1/traces`, in the JSON encoding of OTLP: ids are hex, 64-bit numbers are text. */
export interface OtlpRequest {
  readonly resourceSpans: readonly {
    readonly resource: { readonly attributes: readonly OtlpAttribute[] };
    readonly scopeSpans: readonly {
      readonly scope: { readonly name: string; readonly version: string };
      readonly spans: readonly OtlpSpan[];
    }[];
  }[];
}
export interface OtlpAttribute {
  readonly key: string;
  readonly value: OtlpValue;
}
export type OtlpValue =
  | { readonly stringValue: string }
  | { readonly boolValue: boolean }
  | { readonly intValue: string }
  | { readonly doubleValue: number }
  | { readonly arrayValue: { readonly values: readonly OtlpValue[] } };

export interface OtlpSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly kind: number;
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
  readonly attributes: readonly OtlpAttribute[];
  readonly events?: readonly { readonly timeUnixNano: string; readonly name: string; readonly attributes: readonly OtlpAttribute[] }[];
  readonly links?: readonly { readonly traceId: string; readonly spanId: string }[];
  readonly status: { readonly code: number; readonly message?: string };
}

/** Whose spans they are, beside `service.name`. */
export interface Resource {
  readonly version: string;
  readonly attributes?: { readonly [name: string]: string };
}

const kinds = { internal: 1, client: 3 } as const;
const statusCodes = { unset: 0, ok: 1, error: 2 } as const;

/** One trace a turn; what belongs to no turn is of its conversation's trace, or stands alone. */
export function otlpRequest(spans: readonly FinishedSpan[], { version, attributes = {} }: Resource): OtlpRequest {
  const about = Object.entries({ "service.name": "dispatch", "service.version": version, ...attributes });
  const scopes = [...Map.groupBy(spans, ({ extensionId }) => extensionId)];
  return {
    resourceSpans: [
      {
        resource: { attributes: about.map(([key, value]) => attribute(key, value)) },
        scopeSpans: scopes.map(([name, own]) => ({ scope: { name, version }, spans: own.map(otlpSpan) })),
      },
    ],
  };
}

function otlpSpan(span: FinishedSpan): OtlpSpan {
  const { name, isClient, attributes } = genAiSpan(span);
  const { events = [], links = [], parentSpanId } = span;
  const why = span.attributes["error.message"];
  return {
    traceId: traceIdOf(span),
    spanId: spanIdOf(span.spanId),
    ...(parentSpanId === undefined || parentSpanId === span.spanId ? {} : { parentSpanId: spanIdOf(parentSpanId) }),
    name: name.toWellFormed(),
    kind: isClient ? kinds.client : kinds.internal,
    startTimeUnixNano: nanoseconds(span.startedAt),
    endTimeUnixNano: nanoseconds(span.startedAt + Math.max(0, span.durationMs)),
    attributes: attributes.map(([key, value]) => attribute(key, value)),
    ...(events.length === 0 ? {} : { events: events.map(otlpEvent) }),
    ...(links.length === 0 ? {} : { links: links.map((link) => ({ traceId: traceIdOf(link), spanId: spanIdOf(link.spanId) })) }),
    status: {
      code: statusCodes[span.status],
      ...(span.status === "error" && typeof why === "string" ? { message: why.toWellFormed() } : {}),
    },
  };
}

const otlpEvent = ({ timestamp, name, attributes }: SpanEvent) => ({
  timeUnixNano: nanoseconds(timestamp),
  name: name.toWellFormed(),
  attributes: Object.entries(attributes).flatMap(([key, value]) => (value === null ? [] : [attribute(key, value)])),
});

const attribute = (key: string, value: Value): OtlpAttribute => ({ key: key.toWellFormed(), value: otlpValue(value) });

function otlpValue(value: Value): OtlpValue {
  if (typeof value === "string") return { stringValue: value.toWellFormed() };
  if (typeof value === "boolean") return { boolValue: value };
  if (typeof value === "number") return Number.isSafeInteger(value) ? { intValue: String(value) } : { doubleValue: value };
  return { arrayValue: { values: value.map(otlpValue) } };
}

/** What is no time is the beginning of time: a number there has to be. */
const nanoseconds = (epochMs: number): string =>
  epochMs > 0 && epochMs < epochMsMax ? String(BigInt(Math.round(epochMs * 1_000)) * 1_000n) : "0";
/** The last day of a JavaScript date; in nanoseconds more than 64 bits would hold. */
const epochMsMax = 8.64e15 / 1_000;
