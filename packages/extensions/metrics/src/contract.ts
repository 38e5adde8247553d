import { definePoint, type PointToken } from "@dispatch/kernel";

/** Names as Prometheus has them: `[a-zA-Z_][a-zA-Z0-9_]*`. Values are any text and come from a bounded set. */
export type Labels = { readonly [name: string]: string };

interface Family {
  /** `[a-zA-Z_:][a-zA-Z0-9_:]*`, without `_total`. Ends in `_` and its unit when it has one. */
  readonly name: string;
  readonly help: string;
  /** In full and in the plural: `seconds`, `bytes`. */
  readonly unit?: string;
}
export interface Sample {
  readonly labels?: Labels;
  readonly value: number;
}
/** Only ever grows while the process lives. */
export interface CounterFamily extends Family {
  readonly type: "counter";
  readonly samples: readonly Sample[];
}
export interface GaugeFamily extends Family {
  readonly type: "gauge";
  readonly samples: readonly Sample[];
}
export interface Distribution {
  readonly labels?: Labels;
  /** How many were at most as large, ascending by bound and by count; the last bound is `Infinity`. */
  readonly buckets: readonly { readonly upTo: number; readonly count: number }[];
  readonly sum: number;
}
export interface HistogramFamily extends Family {
  readonly type: "histogram";
  readonly samples: readonly Distribution[];
}
export type MetricFamily = CounterFamily | GaugeFamily | HistogramFamily;

/** Numbers that someone keeps anyhow. */
export interface MetricSource {
  readonly name: string;
  /** Asked at every reading: gives what it has at hand, without waiting. A throw leaves this source out of that reading. */
  read(): readonly MetricFamily[];
}
export const MetricSources: PointToken<MetricSource> = definePoint<MetricSource>("metrics/sources", ({ name }) => name);
