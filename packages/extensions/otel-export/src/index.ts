import { ApiKeys } from "@dispatch/auth-apikey/contract";
import { maskOf } from "@dispatch/journal-sink/masking";
import { defineExtension, type Message } from "@dispatch/kernel";
import { MetricSources } from "@dispatch/metrics/contract";
import type { FinishedSpan } from "@dispatch/otlp-spans";
import { ShapeModel, TurnStarted } from "@dispatch/session-orchestrator/contract";
import { type TracedTurn, TurnTraced } from "@dispatch/turn-trace/contract";
import { CapturedPrompts } from "./captured-prompts.ts";
import { type Config, config } from "./config.ts";
import { encodeSpans } from "./encode-spans.ts";
import { Exporter } from "./exporter.ts";
import { finishedSpansOf, requestsOf } from "./finished-spans.ts";
import { headerList } from "./header-list.ts";
import { maskedContents } from "./masked-contents.ts";
import { postSpans } from "./post-spans.ts";
import { traceUrl } from "./trace-url.ts";

const headersName = "OTEL_EXPORTER_OTLP_HEADERS";
const version = "1.0.0";
/** Beyond so many, spans wait without content: a collector that is down must not keep whole conversations in memory. */
const contentWaitingSpansMax = 1_000;

/** Sends the spans of each turn to a collector of OpenTelemetry. Without an endpoint it does nothing at all. */
export default defineExtension<Config>({
  id: "otel-export",
  version,
  apiVersion: "1",
  tier: "standard",
  dependsOn: ["auth-apikey", "session-orchestrator", "turn-trace", "metrics"],
  capabilities: ["net", "secrets"],
  config,
  activate(host) {
    const { endpoint, content } = host.config;
    if (endpoint === undefined) return host.log.info("export-idle", { reason: "no OTEL_EXPORTER_OTLP_ENDPOINT" });
    const keys = host.use(ApiKeys);
    const target = { url: traceUrl(endpoint), headers: headerList(keys.get(headersName) ?? "") };
    const mask = maskOf(() => keys.values());
    const prompts = new CapturedPrompts();
    const contents = new WeakMap<TracedTurn, readonly (readonly Message[])[]>();
    const exporter = new Exporter({
      clock: host.clock,
      random: Math.random,
      async encode(turns) {
        const { text } = mask();
        const spans: FinishedSpan[] = [];
        for (const turn of turns) {
          const told = await maskedContents(contents.get(turn) ?? [], { mask: text, rest: () => host.clock.sleep(0) });
          spans.push(...finishedSpansOf(turn, text, told));
        }
        return encodeSpans(spans, version);
      },
      post: (json, signal) => postSpans(json, target, signal),
      failed: (why) => host.log.warn("spans-not-sent", { url: target.url, why: mask().text(why) }),
    });
    host.own({ [Symbol.asyncDispose]: () => exporter.flush() });
    host.contribute(MetricSources, exporter.numbers);
    host.spawn("send-spans", (signal) => exporter.run(signal));
    if (content) {
      host.on(TurnStarted, ({ conversationId }) => prompts.begin(conversationId));
      host.on(ShapeModel, (model, { conversationId }) => prompts.watch(model, conversationId));
    }
    host.on(TurnTraced, (turn) => {
      if (content) {
        const told = prompts.end(turn.conversationId, requestsOf(turn.spans).length);
        if (exporter.waiting <= contentWaitingSpansMax) contents.set(turn, told);
      }
      exporter.add(turn);
    });
  },
});
