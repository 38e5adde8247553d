import type { Message } from "@dispatch/kernel";
import { SecretValues } from "@dispatch/secrets";
import type { TracedTurn } from "@dispatch/turn-trace/contract";
import { expect, test } from "vitest";
import { encodeSpans, requestContentCharsMax, requestSpansMax } from "./encode-spans.ts";
import { finishedSpansOf } from "./finished-spans.ts";
import { headerList } from "./header-list.ts";
import { maskedContents } from "./masked-contents.ts";
import { contentCharsMax, promptContent } from "./prompt-content.ts";
import { traceUrl } from "./trace-url.ts";

const span = (spanId: string, name: string, startedAt: number, attributes = {}) => ({
  spanId,
  name,
  startedAt,
  durationMs: 1,
  status: "ok" as const,
  attributes,
});
const turn = (...spans: TracedTurn["spans"]): TracedTurn => ({ conversationId: "c1", turnId: "t1", spans });
const secrets = new SecretValues(["sk-secret-of-the-tests"]);
const mask = (text: string) => secrets.mask(text);

test("what is known to be secret leaves in no attribute and in no content", async () => {
  const traced = turn(span("a", "provider.request", 1, { "error.message": "Incorrect API key provided: sk-secret-of-the-tests." }));
  const asked: Message = { id: "m", role: "user", parts: [{ chunk: { type: "text", text: "my key is sk-secret-of-the-tests" } }] };
  let rests = 0;
  const contents = await maskedContents([[asked], [asked]], { mask, rest: async () => void rests++ });
  const sent = JSON.stringify(finishedSpansOf(traced, mask, contents));
  expect([rests, sent.includes("my key is")]).toEqual([2, true]);
  expect(sent).not.toContain("sk-secret");
  expect(sent).toContain("Incorrect API key");
});

test("each request has its own content, in the order in which they were made; what warms a cache has none", () => {
  const traced = turn(
    span("b", "provider.request", 5),
    span("w", "provider.request", 2, { warm: true }),
    span("a", "provider.request", 1),
    span("t", "turn", 0),
  );
  const sent = finishedSpansOf(traced, mask, ["first", "second"]);
  expect(sent.map(({ spanId, content }) => [spanId, content])).toEqual([
    ["b", "second"],
    ["w", undefined],
    ["a", "first"],
    ["t", undefined],
  ]);
});

// Reaches textCharsMax.
test("a text without end is cut", () => {
  const [only] = finishedSpansOf(turn(span("a", "turn", 0, { long: "x".repeat(1_000_000) })), mask);
  expect(String(only?.attributes.long).length).toBeLessThan(5_000);
});

test("requests are bounded by spans and by content", () => {
  const many = finishedSpansOf(turn(...Array.from({ length: requestSpansMax * 2 + 1 }, (_, n) => span(`s${n}`, "step", n))), mask);
  expect(encodeSpans(many, "1").map(({ spans }) => spans)).toEqual([requestSpansMax, requestSpansMax, 1]);
  const large = many.slice(0, 40).map((one) => ({ ...one, content: "x".repeat(contentCharsMax) }));
  const requests = encodeSpans(large, "1");
  expect(requests.reduce((sum, { spans }) => sum + spans, 0)).toBe(40);
  for (const { json } of requests) expect(json.length).toBeLessThan(requestContentCharsMax * 1.1);
});

test("content is the newest messages that fit, as JSON", () => {
  const messages: readonly Message[] = Array.from({ length: 50 }, (_, n) => ({
    id: `m${n}`,
    role: "user" as const,
    parts: [{ chunk: { type: "text" as const, text: `${n} ${"x".repeat(5_000)}` }, providerMetadata: { signature: "opaque" } }],
  }));
  const content = promptContent(messages);
  const parsed = JSON.parse(content) as { role: string; parts: { type: string; content: string }[] }[];
  expect(content.length).toBeLessThanOrEqual(contentCharsMax);
  expect([parsed.length > 5, parsed.at(-1)?.parts[0]?.content.slice(0, 3), content.includes("opaque")]).toEqual([true, "49 ", false]);
  expect(promptContent([])).toBe("[]");
});

test.each([
  ["http://localhost:4318", "http://localhost:4318/v1/traces"],
  ["http://localhost:4318/", "http://localhost:4318/v1/traces"],
  ["https://otel.example/otlp", "https://otel.example/otlp/v1/traces"],
  ["https://otel.example/v1/traces?x=1", "https://otel.example/v1/traces?x=1"],
])("%s is asked at %s", (endpoint, url) => {
  expect(traceUrl(endpoint)).toBe(url);
});

test("headers are read as OpenTelemetry writes them; what is none is left out", () => {
  expect(headerList("Authorization=Bearer%20abc%3D, x-team = one ,bad name=1,=2,none,x=%zz,evil=a%0d%0ab")).toEqual({
    authorization: "Bearer abc=",
    "x-team": "one",
    x: "%zz",
  });
  expect(headerList("")).toEqual({});
});
