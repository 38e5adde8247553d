import type { ByteRoute } from "@dispatch/transport-http/contract";
import type { MetricFamily, MetricSource } from "./contract.ts";
import { exposition, openMetricsType } from "./exposition.ts";

export interface MetricsRouteOptions {
  sources(): readonly MetricSource[];
  /** A source, or a family of one, was left out. Told once for each reason. */
  leftOut(problem: string): void;
}

/** `GET /metrics`, for Prometheus and its like. A source that fails costs its own numbers alone. */
export function metricsRoute({ sources, leftOut }: MetricsRouteOptions): ByteRoute {
  const read = (source: MetricSource): readonly MetricFamily[] => {
    try {
      return source.read();
    } catch (thrown) {
      leftOut(`${source.name}: ${thrown instanceof Error ? thrown.message : String(thrown)}`);
      return [];
    }
  };
  return {
    path: "/metrics",
    async read() {
      const { text, problems } = exposition(sources().flatMap(read));
      for (const problem of problems) leftOut(problem);
      return { bytes: new TextEncoder().encode(text), contentType: openMetricsType };
    },
  };
}
