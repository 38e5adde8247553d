import { ApiKeys } from "@dispatch/auth-apikey/contract";
import { maskOf } from "@dispatch/journal-sink/masking";
import { defineExtension, type Message } from "@dispatch/kernel";
import { MetricSources } from "@dispatch/metrics/contract";
import { ShapeModel, TurnStarted } from "@dispatch/session-orchestrator/contract";
import { type TracedTurn, TurnTraced } from "@dispatch/turn-trace/contract";
import { CapturedPrompts } from "./captured-prompts.ts";
import { type Config, config } from "./config.ts";
import { encodeSpans } from "./encode-spans.ts";
import { Exporter } from "./exporter.ts";
import { finishedSpansOf, requestsOf } from "./finished-spans.ts";
import { headerList } from "./header-list.ts";
import { postSpans } from "./post-spans.ts";
import { promptContent } from "./prompt-content.ts";
import { traceUrl } from "./trace-url.ts";

const headersName = "OTEL_EXPORTER_OTLP_HEADERS";
const version = "1.0.0";

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
      encode(turns) {
        const { text } = mask();
        return encodeSpans(
          turns.flatMap((turn) => finishedSpansOf(turn, text, contents.get(turn)?.map(promptContent))),
          version,
        );
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
      if (content) contents.set(turn, prompts.end(turn.conversationId, requestsOf(turn.spans).length));
      exporter.add(turn);
    });
  },
});
