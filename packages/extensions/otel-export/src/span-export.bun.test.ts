import type { Clock } from "@dispatch/kernel";
import { modelRequest } from "@dispatch/testkit";
import type { TracedTurn } from "@dispatch/turn-trace/contract";
import { expect, test } from "vitest";
import { gatherMs } from "./exporter.ts";
import { SpanExport } from "./span-export.ts";

const { signal } = new AbortController();
const turnOf = (conversationId: string, spans: number): TracedTurn => ({
  conversationId,
  turnId: conversationId,
  spans: Array.from({ length: spans }, (_, at) => ({
    spanId: `${conversationId}-${at}`,
    name: at === 0 ? "provider.request" : "step",
    startedAt: 0,
    durationMs: 1,
    status: "ok",
    attributes: {},
  })),
});

/** Nobody gathers, and nobody runs out of time. */
const clock: Clock = {
  now: () => 0,
  monotonic: () => 0,
  sleep: (ms, until) => new Promise((resolve) => (ms <= gatherMs ? resolve() : until?.addEventListener("abort", () => resolve()))),
};

/** Whether the content of a request is sent of a turn that ends while so many spans wait. */
async function isSentBehind(waiting: number): Promise<boolean> {
  let sent = "";
  using collector = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    async fetch(request) {
      sent += await request.text();
      return new Response();
    },
  });
  const secrets = { mask: (text: string) => text };
  const endpoint = `http://127.0.0.1:${collector.port}`;
  const exported = new SpanExport({ endpoint, version: "1", keys: { get: () => undefined }, secrets, clock, failed() {} });
  exported.add({ ...turnOf("before", waiting), spans: turnOf("before", waiting + 1).spans.slice(1) });
  exported.prompts.begin("asked");
  const text = { id: "m", role: "user", parts: [{ chunk: { type: "text", text: "canary" } }] } as const;
  const watched = exported.prompts.watch({ name: "m", async *stream() {} }, "asked");
  await Array.fromAsync(watched.stream({ ...modelRequest(), messages: [text] }, signal));
  exported.add(turnOf("asked", 1));
  const end = new AbortController();
  const running = exported.exporter.run(end.signal);
  const sentSpans = () => {
    const [sample] = exported.exporter.numbers.read().find(({ name }) => name === "dispatch_otel_spans_sent")?.samples ?? [];
    return sample !== undefined && "value" in sample ? sample.value : 0;
  };
  while (sentSpans() < waiting + 1) await new Promise((resolve) => setImmediate(resolve));
  end.abort();
  await running;
  return sent.includes("canary");
}

// Reaches contentWaitingSpansMax.
test("while more than a thousand spans wait for a collector, what models were asked is not kept for it", async () => {
  expect(await isSentBehind(1_000)).toBe(true);
  expect(await isSentBehind(1_001)).toBe(false);
});
