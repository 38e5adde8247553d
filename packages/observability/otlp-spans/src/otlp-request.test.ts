import fc from "fast-check";
import { expect, test } from "vitest";
import { type FinishedSpan, finishedSpans, type TracedRecord } from "./finished-span.ts";
import { otlpRequest } from "./otlp-request.ts";

const at = 1_763_730_000_000;
const span = (fields: Partial<FinishedSpan> = {}): FinishedSpan => ({
  spanId: "00000000000000a1",
  name: "step",
  extensionId: "turn-trace",
  conversationId: "c1",
  turnId: "turn-1",
  startedAt: at,
  durationMs: 12.5,
  status: "ok",
  attributes: {},
  ...fields,
});
const sent = (...spans: readonly FinishedSpan[]) =>
  otlpRequest(spans, { version: "1.0.0" }).resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap((scope) => scope.spans));
const attributeOf = (fields: Partial<FinishedSpan>, key: string) =>
  sent(span(fields))[0]?.attributes.find((attribute) => attribute.key === key)?.value;

test("a request to a model, a turn and a tool call carry the names of the conventions", () => {
  const [request, turn, call, other] = sent(
    span({
      name: "provider.request",
      attributes: { model: "claude/opus", provider: "anthropic", "usage.inputTokens": 7, "usage.cacheReadTokens": 3, finishReason: "stop" },
    }),
    span({ name: "turn", attributes: { model: "claude/opus" } }),
    span({ name: "tool-call", attributes: { name: "grep", toolCallId: "t1", isError: false } }),
    span({ name: "ttft" }),
  );
  expect([request?.name, turn?.name, call?.name, other?.name]).toEqual([
    "chat claude/opus",
    "invoke_agent dispatch",
    "execute_tool grep",
    "ttft",
  ]);
  expect([request?.kind, turn?.kind]).toEqual([3, 1]);
  const keys = (from: typeof request) => from?.attributes.map(({ key }) => key);
  expect(keys(request)).toEqual([
    "dispatch.span",
    "gen_ai.operation.name",
    "gen_ai.conversation.id",
    "dispatch.turn.id",
    "gen_ai.request.model",
    "gen_ai.provider.name",
    "gen_ai.usage.input_tokens",
    "gen_ai.usage.cache_read.input_tokens",
    "gen_ai.response.finish_reasons",
  ]);
  expect(keys(call)).toEqual(expect.arrayContaining(["gen_ai.tool.name", "gen_ai.tool.call.id", "gen_ai.tool.type", "dispatch.isError"]));
  expect(keys(other)).not.toContain("gen_ai.operation.name");
});

test("values have the types of OTLP's JSON", () => {
  expect(attributeOf({ attributes: { n: 5 } }, "dispatch.n")).toEqual({ intValue: "5" });
  expect(attributeOf({ attributes: { n: 0.5 } }, "dispatch.n")).toEqual({ doubleValue: 0.5 });
  expect(attributeOf({ attributes: { n: true } }, "dispatch.n")).toEqual({ boolValue: true });
  expect(attributeOf({ attributes: { n: null } }, "dispatch.n")).toBeUndefined();
  expect(attributeOf({ attributes: { finishReason: "stop" } }, "gen_ai.response.finish_reasons")).toEqual({
    arrayValue: { values: [{ stringValue: "stop" }] },
  });
});

test("times are whole nanoseconds; a span that ends before it begins has no length, and an absurd time none", () => {
  const [sane, negative, absurd] = sent(span(), span({ durationMs: -5 }), span({ startedAt: Number.NaN }));
  expect([sane?.startTimeUnixNano, sane?.endTimeUnixNano]).toEqual(["1763730000000000000", "1763730000012500000"]);
  expect(negative?.endTimeUnixNano).toBe(negative?.startTimeUnixNano);
  expect(absurd?.startTimeUnixNano).toBe("0");
});

test("one turn is one trace, whoever sends its spans; a span that is its own parent has none", () => {
  const [one, other, elsewhere, own] = sent(
    span(),
    span({ spanId: "not hex at all", parentSpanId: "00000000000000a1" }),
    span({ turnId: "turn-2" }),
    span({ parentSpanId: "00000000000000a1" }),
  );
  expect(one?.traceId).toMatch(/^[0-9a-f]{32}$/);
  expect([other?.traceId, other?.parentSpanId]).toEqual([one?.traceId, "00000000000000a1"]);
  expect(other?.spanId).toMatch(/^[0-9a-f]{16}$/);
  expect(elsewhere?.traceId).not.toBe(one?.traceId);
  expect(own).not.toHaveProperty("parentSpanId");
});

test("a failure says its code and its message", () => {
  const [failed] = sent(span({ status: "error", attributes: { "error.message": "busy", "error.code": "provider/busy" } }));
  expect(failed?.status).toEqual({ code: 2, message: "busy" });
  expect(failed?.attributes).toContainEqual({ key: "error.type", value: { stringValue: "provider/busy" } });
});

test("what was said leaves only when it was given", () => {
  expect(JSON.stringify(sent(span()))).not.toContain("gen_ai.input.messages");
  expect(attributeOf({ content: "[]" }, "gen_ai.input.messages")).toEqual({ stringValue: "[]" });
});

test("opening and closing make a span; a lost opening, a missing end and logs within are told as far as they are known", () => {
  const common = { extensionId: "turn-trace", turnId: "t", spanId: "s", name: "step" } as const;
  const records: readonly TracedRecord[] = [
    { ...common, kind: "span-open", timestamp: 100, attributes: { a: 1 } },
    { kind: "log", timestamp: 105, extensionId: "x", level: "info", msg: "noticed", spanId: "s", attributes: { why: "b" } },
    { kind: "log", timestamp: 105, extensionId: "turn-trace", level: "debug", msg: "body", spanId: "s" },
    { ...common, kind: "span-close", timestamp: 150, durationMs: 50, status: "ok", attributes: { a: 1, b: 2 } },
    { ...common, spanId: "lost", kind: "span-close", timestamp: 150, durationMs: 20, status: "error" },
    { ...common, spanId: "open", kind: "span-open", timestamp: 160 },
    { ...common, spanId: "back", kind: "span-close", timestamp: 170, durationMs: -30, status: "ok" },
  ];
  expect(finishedSpans(records)).toMatchObject([
    { spanId: "s", startedAt: 100, durationMs: 50, status: "ok", attributes: { a: 1, b: 2 }, events: [{ name: "noticed" }] },
    { spanId: "lost", startedAt: 130, durationMs: 20, status: "error" },
    { spanId: "open", startedAt: 160, durationMs: 0, status: "unset" },
    { spanId: "back", startedAt: 170, durationMs: 0, status: "ok" },
  ]);
});

test("whatever a span holds, the request is JSON that says the same again", () => {
  const text = fc.string({ unit: "binary" });
  const attributes = fc.dictionary(text, fc.oneof(text, fc.double(), fc.boolean(), fc.constant(null)));
  fc.assert(
    fc.property(text, text, fc.double(), attributes, (name, spanId, startedAt, given) => {
      const request = otlpRequest([span({ name, spanId, startedAt, attributes: given })], { version: "1" });
      const json = JSON.stringify(request);
      expect(json.isWellFormed()).toBe(true);
      const [only] = sent(span({ name, spanId, startedAt, attributes: given }));
      expect([only?.spanId.length, BigInt(only?.endTimeUnixNano ?? "") >= 0n]).toEqual([16, true]);
    }),
  );
});

// Reaches epochMsMax.
test("a time beyond what 64 bits of nanoseconds hold is none", () => {
  const [last, beyond] = sent(span({ startedAt: 8.64e12 - 1, durationMs: 0 }), span({ startedAt: 8.64e12, durationMs: 0 }));
  expect([last?.startTimeUnixNano, beyond?.startTimeUnixNano]).toEqual(["8639999999999000000", "0"]);
});
