import { ApiKeys } from "@dispatch/auth-apikey/contract";
import { defineExtension } from "@dispatch/kernel";
import { MetricSources } from "@dispatch/metrics/contract";
import { Secrets } from "@dispatch/secrets/contract";
import { ShapeModel, TurnStarted } from "@dispatch/session-orchestrator/contract";
import { TurnTraced } from "@dispatch/turn-trace/contract";
import { type Config, config } from "./config.ts";

const version = "1.0.0";

/** Sends the spans of each turn to a collector of OpenTelemetry. Without an endpoint it does nothing at all, and loads nothing. */
export default defineExtension<Config>({
  id: "otel-export",
  version,
  apiVersion: "1",
  tier: "standard",
  dependsOn: ["auth-apikey", "secrets", "session-orchestrator", "turn-trace", "metrics"],
  capabilities: ["net", "secrets"],
  config,
  async activate(host) {
    const { endpoint, content } = host.config;
    if (endpoint === undefined) return host.log.info("export-idle", { reason: "no OTEL_EXPORTER_OTLP_ENDPOINT" });
    const { SpanExport } = await import("./span-export.ts");
    const failed = (url: string, why: string) => host.log.warn("spans-not-sent", { url, why });
    const spans = new SpanExport({ endpoint, version, keys: host.use(ApiKeys), secrets: host.use(Secrets), clock: host.clock, failed });
    const { exporter, prompts } = spans;
    host.own({ [Symbol.asyncDispose]: () => exporter.flush() });
    host.contribute(MetricSources, exporter.numbers);
    host.spawn("send-spans", (signal) => exporter.run(signal));
    if (content) {
      host.on(TurnStarted, ({ conversationId }) => prompts.begin(conversationId));
      host.on(ShapeModel, (model, { conversationId }) => prompts.watch(model, conversationId));
    }
    host.on(TurnTraced, (turn) => spans.add(turn));
  },
});
