import { textAnswer, toolCallAnswer } from "@dispatch/testkit";
import { expect, test } from "vitest";
import { startApi } from "./api.fixture.ts";

interface Span {
  readonly name: string;
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly attributes: readonly { readonly key: string; readonly value: { readonly stringValue?: string; readonly intValue?: string } }[];
}

/** A collector that keeps what it gets. */
function startCollector(answer: () => Response = () => Response.json({})) {
  const asked: { readonly path: string; readonly headers: Headers; readonly text: string }[] = [];
  const server = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    async fetch(request) {
      asked.push({ path: new URL(request.url).pathname, headers: request.headers, text: await request.text() });
      return answer();
    },
  });
  const spans = () =>
    asked.flatMap(({ text }) =>
      (JSON.parse(text) as { resourceSpans: readonly { scopeSpans: readonly { spans: readonly Span[] }[] }[] }).resourceSpans.flatMap(
        ({ scopeSpans }) => scopeSpans.flatMap((scope) => scope.spans),
      ),
    );
  return { url: `http://127.0.0.1:${server.port}`, asked, spans, [Symbol.dispose]: () => void server.stop(true) };
}

const call = toolCallAnswer([{ id: "1", name: "glob", arguments: JSON.stringify({ pattern: "*" }) }]);
const answers = () => [call, textAnswer(["Done."])];

test("a turn's spans reach the collector as one trace with the names of the conventions, without what was said", async () => {
  using collector = startCollector();
  const environment = { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url, OTEL_EXPORTER_OTLP_HEADERS: "x-key=secret%20of%20the%20tests" };
  await using api = await startApi(answers(), environment);
  await api.chat({ message: "A message that nobody else may read", conversationId: "c1" });
  await expect.poll(() => collector.spans().length, { timeout: 5_000 }).toBeGreaterThan(5);
  expect([collector.asked[0]?.path, collector.asked[0]?.headers.get("x-key")]).toEqual(["/v1/traces", "secret of the tests"]);
  const spans = collector.spans();
  expect(new Set(spans.map(({ traceId }) => traceId)).size).toBe(1);
  const count = (name: string) => spans.filter((span) => span.name === name).length;
  expect([count("invoke_agent dispatch"), count("chat opencode/scripted"), count("execute_tool glob"), count("step")]).toEqual([
    1, 2, 1, 2,
  ]);
  const ids = new Set(spans.map(({ spanId }) => spanId));
  expect(spans.filter(({ parentSpanId }) => parentSpanId === undefined || !ids.has(parentSpanId)).map(({ name }) => name)).toEqual([
    "invoke_agent dispatch",
  ]);
  expect(JSON.stringify(spans)).not.toContain("nobody else");
});

test("with DISPATCH_OTLP_CONTENT=on each request carries what the model was told", async () => {
  using collector = startCollector();
  await using api = await startApi(answers(), { DISPATCH_OTLP_URL: collector.url, DISPATCH_OTLP_CONTENT: "on" });
  await api.chat({ message: "Look around", conversationId: "c1" });
  await expect.poll(() => collector.spans().length, { timeout: 5_000 }).toBeGreaterThan(5);
  const contents = collector
    .spans()
    .filter(({ name }) => name === "chat opencode/scripted")
    .map(({ attributes }) => attributes.find(({ key }) => key === "gen_ai.input.messages")?.value.stringValue ?? "");
  expect(contents.map((content) => content.includes("Look around"))).toEqual([true, true]);
  expect(contents.map((content) => content.includes("tool_call_response"))).toEqual([false, true]);
});

test("the spans of a turn that ends just before the server does still arrive", async () => {
  using collector = startCollector();
  {
    await using api = await startApi(answers(), { DISPATCH_OTLP_URL: collector.url });
    await api.chat({ message: "Quickly", conversationId: "c1" });
  }
  expect(collector.spans().some(({ name }) => name === "invoke_agent dispatch")).toBe(true);
});

test.each([
  ["is not there", "http://127.0.0.1:1"],
  ["refuses", undefined],
])("a collector that %s costs no turn anything, and what is lost is counted", async (_, url) => {
  using collector = startCollector(() => new Response("no", { status: 400 }));
  await using api = await startApi([...answers(), ...answers()], { DISPATCH_OTLP_URL: url ?? collector.url });
  for (const conversationId of ["c1", "c2"]) {
    const events = await api.chat({ message: "Go", conversationId });
    expect(events.slice(-2)).toMatchObject([{ type: "done", reason: "stop" }, { type: "turn-sealed" }]);
  }
  const numbers = async () => (await fetch(`${api.url}/metrics`)).text();
  if (url === undefined) await expect.poll(numbers, { timeout: 5_000 }).toMatch(/dispatch_otel_spans_dropped_total\{reason="refused"\} \d/);
  else expect(await numbers()).toMatch(/dispatch_otel_spans_waiting \d/);
});

test("OpenTelemetry's own variable may hold what other programs want: the export alone fails, and says why", async () => {
  await using api = await startApi([textAnswer(["Hello."])], { OTEL_EXPORTER_OTLP_ENDPOINT: "localhost:4317" });
  const events = await api.chat({ message: "Hi" });
  expect(events.slice(-2)).toMatchObject([{ type: "done", reason: "stop" }, { type: "turn-sealed" }]);
  expect(api.kernel.report.failed).toMatchObject([{ id: "otel-export", fault: { code: "kernel/bad-config" } }]);
});

test("without an endpoint nothing of it is there", async () => {
  await using api = await startApi([]);
  expect(await (await fetch(`${api.url}/metrics`)).text()).not.toContain("dispatch_otel");
});
