export { type FinishedSpan, finishedSpans, type SpanEvent, type TracedRecord } from "./finished-span.ts";
export { type OtlpAttribute, type OtlpRequest, type OtlpSpan, type OtlpValue, otlpRequest, type Resource } from "./otlp-request.ts";
